import { expect, it } from 'vitest';
import { keptEnvironment } from '../../../../test/support/kept-environment.ts';
import { startLoad } from '../../../../test/support/load.ts';
import { serviceRelease, serviceStart } from '../../../../test/support/service-releases.ts';
import { createProcessDeployer } from './create-process-deployer.ts';

it('loses none of 200 requests a second while it switches between releases', async () => {
  await using environment = await keptEnvironment();
  await using deployer = createProcessDeployer({
    folder: environment.folder,
    nodePath: process.execPath,
    hidden: [],
    target: { kind: 'process', listen: { host: '127.0.0.1', port: 0 }, start: serviceStart, stopSeconds: 5 },
  });
  const change = { fence: 1, signal: AbortSignal.timeout(60_000), onLine: () => undefined };
  const deploy = async (number: number): Promise<void> => {
    const release = await serviceRelease(environment.scratch, number, { answerMs: 5 });
    await deployer.place(release, change);
    await deployer.start(release, change);
    await deployer.serve(release, change);
    await deployer.retire({ running: [number], placed: [number] }, change);
  };
  await deploy(1);
  const { url = '' } = await deployer.status(change.signal);
  const switches = Number(process.env['MIYABI_TEST_SWITCHES'] ?? 2);
  const load = startLoad({ url, perSecond: 200, postEvery: 5 });
  const from = Date.now() - 2_000;
  for (let number = 2; number < 2 + switches; number += 1) {
    await load.answered((number - 1) * 200);
    await deploy(number);
  }
  await load.answered((switches + 1) * 200);
  const result = await load.stop();
  expect(result.failures).toEqual([]);
  expect(result.failed).toBe(0);
  expect([...result.byRelease.keys()].toSorted()).toEqual(Array.from({ length: switches + 1 }, (_, index) => String(index + 1)));
  const last = await deployer.traffic(1 + switches, from, Date.now() + 1, change.signal);
  expect(last).toMatchObject({ requests: result.byRelease.get(String(1 + switches)), errors: 0 });
  if (process.env['MIYABI_TEST_SWITCHES'] !== undefined) console.log(result);
});
