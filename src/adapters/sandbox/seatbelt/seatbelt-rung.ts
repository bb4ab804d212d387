import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IsolationRung } from '../../../domain/machine.ts';
import type { ProcessRunner } from '../../../ports/process.ts';
import type { Rung, RungPlace } from '../rung.ts';
import { seatbeltProfile } from './profile.ts';

export interface SeatbeltOptions {
  readonly process: ProcessRunner;
  /** Our own Node, which tries the walls. */
  readonly nodePath: string;
}

const program = '/usr/bin/sandbox-exec';

/**
 * Isolation by the sandbox of macOS, which Apple calls deprecated and everybody uses. Never run by us: see {@link seatbeltProfile}. What
 * a program leaves running outside of its process group outlives it here, walled in as before.
 */
export function createSeatbeltRung({ process: runner, nodePath }: SeatbeltOptions): Rung {
  const open = (place: Omit<RungPlace, 'tell' | 'limits' | 'name' | 'scratch'>) => {
    const profile = seatbeltProfile({ ...place, readable: [...place.readable, nodePath], proxyPort: place.egress?.port });
    return {
      confine: (request: Parameters<ProcessRunner['run']>[0]) => {
        const command = place.egress?.bridged(request.command, { nodePath }) ?? request.command;
        return { ...request, command: [program, '-p', profile, ...(place.group?.joining(command) ?? command)] as const };
      },
      async [Symbol.asyncDispose]() {},
    };
  };

  async function tryWalls(folder: string): Promise<IsolationRung> {
    const answer = (usable: boolean, detail: string): IsolationRung => ({ level: 'seatbelt', usable, detail });
    const [inside, outside] = [join(folder, 'inside'), join(folder, 'outside')];
    await mkdir(inside);
    await mkdir(outside);
    await using walls = open({ writable: [inside], protected: [], readable: [], hidden: [], egress: undefined, group: undefined });
    const script = `const fs = require('fs'); fs.writeFileSync('file', 'written'); try { fs.writeFileSync(process.argv[1], 'written') } catch {}`;
    const command = [nodePath, '-e', script, join(outside, 'file')] as const;
    const { end, stderr } = await runner.run(
      walls.confine({ command: [...command], cwd: inside, env: { TMPDIR: inside }, timeoutMs: 30_000 }),
    );
    const wrote = await readFile(join(inside, 'file'), 'utf8').catch(() => undefined);
    if (existsSync(join(outside, 'file'))) return answer(false, 'sandbox-exec let a program write where it may not.');
    if (wrote === 'written')
      return answer(
        true,
        'sandbox-exec: nothing to be read or written but its own folders and the system; processes and memory are watched, not bounded.',
      );
    const said = stderr
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, 300);
    return answer(false, `sandbox-exec did not run a program (${end.kind}${said === '' ? '' : `: ${said}`}).`);
  }

  return {
    level: 'seatbelt',
    joinsGroup: true,
    async probe() {
      if (!existsSync(program)) return { level: 'seatbelt', usable: false, detail: 'There is no sandbox-exec: it belongs to macOS.' };
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'miyabi-probe-')));
      try {
        return await tryWalls(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    open: async (place) => open(place),
  };
}
