import { expect, it } from 'vitest';
import { deployStand } from '../support/deploy-stand.ts';
import { endKeptEnvironment } from '../support/kept-environment.ts';

it('what served on a machine serves again when it is woken after a restart', { timeout: 120_000 }, async () => {
  await using stand = await deployStand();
  expect(await stand.miyabi('releases', 'wake')).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was deployed') });
  const commit = await stand.commit();
  const { end, reasons } = await stand.deploy();
  expect(end.code, reasons).toBe(0);
  const url = await stand.url();
  await endKeptEnvironment(await stand.kept());
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  const woken = await stand.miyabi('releases', 'wake', '--json');
  expect(woken.code, woken.stderr).toBe(0);
  expect(woken.lines[0]).toMatchObject({
    type: 'releases.woken',
    environments: [{ environment: 'production', said: `r1 serves at ${url}`, isAwake: true }],
  });
  const served = async (): Promise<unknown> =>
    await fetch(`${url}/healthz`).then(async (answer) => (answer.ok ? await answer.json() : answer.status));
  await expect.poll(served, { timeout: 20_000 }).toMatchObject({ commit });
});
