import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/adapters/clock.ts';
import { createProcessRunner } from '../../../src/adapters/process/process-runner.ts';
import { createSandboxes } from '../../../src/adapters/sandbox/sandboxes.ts';

/** Started as an ordinary user, with and without a user namespace around it; says as JSON what happened in a sandbox. */
const [root = '', mounted] = process.argv.slice(2);
const path = '/usr/local/bin:/usr/bin:/bin';
const world = join(root, 'state/worlds/one');
for (const name of ['base', 'upper', 'work', 'tree', 'private']) mkdirSync(join(world, name), { recursive: true });
writeFileSync(join(world, 'base/file'), 'of the base');
const folders = `lowerdir=${world}/base,upperdir=${world}/upper,workdir=${world}/work,userxattr`;
if (mounted === 'mounted') execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', folders, join(world, 'tree')]);

const script = `
cat file; echo own > own
grep -q 'CapPrm:.*0000000000000000' /proc/self/status && grep -q 'CapBnd:.*0000000000000000' /proc/self/status && echo 'no capabilities'
(mount -t tmpfs x /tmp || umount -l . || unshare -U true || ls ../private || echo x > /usr/x || ls ${root}/state/sandboxes) 2>/dev/null && echo ESCAPED
id -u`;

await using runner = createProcessRunner();
const owner = { name: `user-${process.pid}`, hold: async () => undefined, isAlive: async () => true };
const sandboxes = createSandboxes({
  process: runner,
  path,
  state: join(root, 'state'),
  home: '/nonexistent',
  owner,
  clock: systemClock,
  nodePath: process.execPath,
});
const [rung] = (await sandboxes.ladder()).filter(({ level }) => level === 'bubblewrap');
if (rung?.usable !== true) console.log(JSON.stringify({ missing: rung?.detail }));
else {
  await using sandbox = await sandboxes.open({
    level: 'bubblewrap',
    name: 'one',
    writable: [join(world, 'tree')],
    protected: [],
    readable: [],
    network: [],
    limits: { memoryBytes: 1024 ** 3, processes: 64, cpus: 1, diskBytes: 1024 ** 3, outputBytes: 1_000_000 },
    onIncident: () => undefined,
  });
  const request = { command: ['/bin/sh', '-c', script] as const, cwd: join(world, 'tree'), env: { PATH: path }, timeoutMs: 20_000 };
  const { end, stdout, stderr } = await sandbox.process.run({ ...request, command: [...request.command] });
  const own = readFileSync(join(world, 'tree/own'), 'utf8');
  console.log(JSON.stringify({ end, stdout, stderr, own, base: readFileSync(join(world, 'base/file'), 'utf8') }));
}
