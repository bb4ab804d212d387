import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptEnvironment } from '../support/kept-environment.ts';
import { serviceRelease } from '../support/service-releases.ts';
import { describeDeployer } from './deployer-conformance.ts';
import { openVictim } from './deployer/command-victim.ts';
import type { DeployerStand } from './deployer-stand.ts';

describeDeployer('command', openStand, {
  beside: 'a deploy program starts and switches at once',
  asItIs: 'its programs need not be able to',
  traffic: 'its programs see no requests',
  exits: 'its status need not tell exits',
});

async function openStand(): Promise<DeployerStand> {
  await using opened = new AsyncDisposableStack();
  const { scratch } = opened.use(await keptEnvironment());
  opened.defer(() => endStarted(join(scratch, 'started')));
  const resources = opened.move();
  return {
    open: () => resources.use(openVictim(scratch)),
    release: (number, behaviour, variables) => serviceRelease(join(scratch, 'built'), number, behaviour, variables),
    async ask(path) {
      const { url = '' } = JSON.parse(readFileSync(join(scratch, 'state.json'), 'utf8')) as { readonly url?: string };
      const answer = await fetch(new URL(path, url), { signal: AbortSignal.timeout(10_000) });
      return { status: answer.status, release: answer.headers.get('x-release'), body: await answer.text() };
    },
    victim: { module: new URL('deployer/command-victim.ts', import.meta.url), settings: scratch },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** What the programs have started outlives them. */
function endStarted(list: string): void {
  const started = existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : [];
  for (const pid of started.map(Number)) {
    // Its number may be another's by now.
    if (existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('server.js'))
      process.kill(pid, 'SIGKILL');
  }
}
