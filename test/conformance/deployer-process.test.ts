import { keptEnvironment } from '../support/kept-environment.ts';
import { serviceRelease } from '../support/service-releases.ts';
import { describeDeployer } from './deployer-conformance.ts';
import { openVictim } from './deployer/process-victim.ts';
import type { DeployerStand } from './deployer-stand.ts';

describeDeployer('process', openStand);

async function openStand(): Promise<DeployerStand> {
  const environment = await keptEnvironment();
  const open = () => openVictim(environment.folder);
  return {
    open,
    release: (number, behaviour, variables) => serviceRelease(environment.scratch, number, behaviour, variables),
    async ask(path) {
      const { url = '' } = await open().status(AbortSignal.timeout(10_000));
      const answer = await fetch(new URL(path, url), { signal: AbortSignal.timeout(10_000) });
      return { status: answer.status, release: answer.headers.get('x-release'), body: await answer.text() };
    },
    victim: { module: new URL('deployer/process-victim.ts', import.meta.url), settings: environment.folder },
    [Symbol.asyncDispose]: () => environment[Symbol.asyncDispose](),
  };
}
