/** Runs a program in a container, says what it says, and waits to be killed. Its argument is JSON. */
import { createProcessRunner } from '../../../process/process-runner.ts';
import type { RungPlace } from '../../rung.ts';
import { createContainerRung } from '../container-rung.ts';
import type { ContainerOptions } from '../container-rung.ts';

export interface ContainerProgramInput {
  readonly options: Omit<ContainerOptions, 'process' | 'owner'> & { readonly owner: string };
  readonly place: Omit<RungPlace, 'tell' | 'egress' | 'group'>;
  readonly script: string;
}

const { options, place, script } = JSON.parse(process.argv[2] ?? '') as ContainerProgramInput;
const runner = createProcessRunner();
const owner = { name: options.owner, hold: async () => undefined, isAlive: async () => true };
const rung = createContainerRung({ ...options, process: runner, owner });
await rung.probe();
const open = await rung.open({ ...place, egress: undefined, group: undefined, tell: () => undefined });
const request = {
  command: ['/bin/sh', '-c', script] as [string, ...string[]],
  cwd: '/',
  env: { PATH: '/usr/bin:/bin' },
  timeoutMs: 120_000,
};
await runner.run(open.confine({ ...request, onLine: (line) => console.log(line) }));
