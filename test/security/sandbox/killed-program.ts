import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/adapters/clock.ts';
import { createProcessRunner } from '../../../src/adapters/process/process-runner.ts';
import { createSandboxes } from '../../../src/adapters/sandbox/sandboxes.ts';

/** A Miyabi that is killed while a program runs in a sandbox. Says `up` when that has left what it wants to leave. */
const [root = '', word = ''] = process.argv.slice(2);
const tree = join(root, 'state/worlds/one/tree');
mkdirSync(tree, { recursive: true });
const path = '/usr/local/bin:/usr/bin:/bin';
const runner = createProcessRunner();
const owner = { name: 'killed', hold: async () => undefined, isAlive: async () => true };
const sandboxes = createSandboxes({
  process: runner,
  path,
  state: join(root, 'state'),
  home: '/nonexistent',
  owner,
  clock: systemClock,
  nodePath: process.execPath,
});
const sandbox = await sandboxes.open({
  level: 'bubblewrap',
  name: 'one',
  writable: [tree],
  protected: [],
  readable: [],
  network: [{ host: 'registry.example', port: 443 }],
  limits: { memoryBytes: 1024 ** 3, processes: 64, cpus: 1, diskBytes: 1024 ** 3, outputBytes: 1_000_000 },
  onIncident: () => undefined,
});
await sandbox.process.run({
  command: [
    '/bin/sh',
    '-c',
    `trap '' TERM HUP; env -i setsid sh -c 'trap "" TERM HUP; sleep 300.${word}' & sleep 0.1; echo up; sleep 300.${word}`,
  ],
  cwd: tree,
  env: { PATH: path, ...sandbox.environment },
  timeoutMs: 60_000,
  onLine: (line) => console.log(line),
});
