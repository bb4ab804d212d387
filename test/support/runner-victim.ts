/** Runs children that would live for minutes, prints their process ids and waits to be killed. */
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { evilAgent } from './evil-agent.ts';

const runner = createProcessRunner();
const common = { cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, timeoutMs: 120_000, onLine: (line: string) => console.log(line) };
await Promise.all([
  runner.run({ ...common, command: ['/bin/sh', '-c', evilAgent.ignoresTerm] }),
  runner.run({ ...common, command: ['/bin/sh', '-c', `${evilAgent.escapes}; sleep 100`] }),
]);
