import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessResult, ProcessRunner } from '../../../ports/process.ts';
import { readSupervised } from './supervise.ts';
import type { Tools } from './find-tools.ts';
import { openBubblewrap } from './open-bubblewrap.ts';

/**
 * Says one word for each wall that does not stand: a file beside the world is there, a capability is left, a file outside of the
 * world's folders can be made, another interface than the own loopback is there, or another process.
 */
const check = `
[ -e "$1" ] && echo beside
grep -qE '^Cap(Prm|Eff|Bnd|Amb):[[:space:]]*0*[1-9a-f]' /proc/self/status && echo capabilities
(: > /miyabi-probe) 2>/dev/null && echo root
[ -w /proc/sys/kernel/hostname ] && echo kernel
[ "$(grep -c : /proc/net/dev)" = 1 ] || echo network
[ "$(head -n 1 /proc/1/comm)" = bwrap ] || echo processes
(: > "$2/written") || echo world
echo tried
`;

/** Builds walls around a scratch folder and runs a program that tries whether they stand. */
export async function tryWalls(
  tools: Tools,
  runner: ProcessRunner,
  folder: string,
): Promise<{ readonly stands: true } | { readonly stands: false; readonly reason: string }> {
  const place = { writable: join(folder, 'world'), scratch: join(folder, 'scratch'), beside: join(folder, 'beside') };
  await Promise.all([mkdir(place.writable), mkdir(place.scratch), writeFile(place.beside, '')]);
  await using walls = openBubblewrap(tools, {
    name: 'probe',
    writable: [place.writable],
    protected: [],
    readable: [],
    hidden: [],
    scratch: place.scratch,
    limits: { memoryBytes: 64 * 1024 * 1024, processes: 16, cpus: 1, diskBytes: 1024 * 1024, outputBytes: 65_536 },
    egress: undefined,
    group: undefined,
    tell: () => undefined,
  });
  const result = readSupervised(
    await runner.run(
      walls.confine({
        command: ['/bin/sh', '-c', check, 'sh', place.beside, place.writable],
        cwd: place.writable,
        env: { PATH: '/usr/bin:/bin' },
        timeoutMs: 10_000,
      }),
    ),
  );
  if (result.end.kind === 'exited' && result.stdout === 'tried\n') return { stands: true };
  return { stands: false, reason: whyNot(result) };
}

function whyNot({ end, stdout, stderr }: ProcessResult): string {
  const open = stdout.split('\n').filter((word) => word !== '' && word !== 'tried');
  if (open.length > 0) return `Bubblewrap was tried, and did not keep a program from this: ${open.join(', ')}.`;
  const said = end.kind === 'not-started' ? end.reason : stderr.trim().split('\n').at(-1);
  const help = /uid map|namespace|unprivileged|Operation not permitted|Permission denied/i.test(said ?? '')
    ? ' The system may forbid ordinary users to make namespaces (kernel.unprivileged_userns_clone, user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns).'
    : '';
  return `Bubblewrap was tried and did not run: ${said === undefined || said === '' ? end.kind : said}.${help}`;
}
