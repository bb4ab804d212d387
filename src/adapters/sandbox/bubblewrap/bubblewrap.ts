import { realpath, rm } from 'node:fs/promises';
import type { IsolationRung } from '../../../domain/machine.ts';
import type { ProcessRunner } from '../../../ports/process.ts';
import type { Rung, RungPlace } from '../rung.ts';
import { findTools } from './find-tools.ts';
import type { Tools } from './find-tools.ts';
import { openBubblewrap } from './open-bubblewrap.ts';
import { tryWalls } from './try-walls.ts';

export interface BubblewrapOptions {
  /** Starts bubblewrap; what it starts must have no terminal. */
  readonly process: ProcessRunner;
  /** Our own Node, which opens the way out to the network inside. */
  readonly nodePath: string;
  /** Makes the empty folder in which it is tried; it is removed afterwards, by others where this process dies before. */
  readonly probeFolder: () => Promise<string>;
}

/** Isolation by bubblewrap: Linux namespaces and a filter of system calls, without a service and without root. */
export function createBubblewrapRung({ process: runner, nodePath, probeFolder }: BubblewrapOptions): Rung {
  let found: { readonly tools: Tools; readonly detail: string } | undefined;
  return {
    level: 'bubblewrap',
    joinsGroup: true,
    async probe() {
      const answer = (usable: boolean, detail: string): IsolationRung => ({ level: 'bubblewrap', usable, detail });
      const tools = await findTools(runner, nodePath);
      if ('reason' in tools) return answer(false, tools.reason);
      const without = { ...tools, filter: undefined };
      const first = await tryIn(tools, runner, probeFolder);
      if (first.stands) found = { tools, detail: describe(tools) };
      else if (tools.filter !== undefined && (await tryIn(without, runner, probeFolder)).stands)
        found = { tools: without, detail: describe(without) };
      return found === undefined ? answer(false, first.stands ? '' : first.reason) : answer(true, found.detail);
    },
    async open(place: RungPlace) {
      if (found === undefined) throw new Error('Bubblewrap was not found usable on this machine.');
      return openBubblewrap(found.tools, place);
    },
  };
}

async function tryIn(tools: Tools, runner: ProcessRunner, probeFolder: () => Promise<string>): ReturnType<typeof tryWalls> {
  const folder = await realpath(await probeFolder());
  try {
    return await tryWalls(tools, runner, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe({ version, filter, options, env }: Tools): string {
  const weaker = [
    ...(filter === undefined ? ['system calls are not filtered'] : []),
    ...(options.size ? [] : ['its temporary folders are not limited in size']),
    ...(env === undefined ? ['programs are ended without being asked first'] : []),
  ];
  const but = weaker.length === 0 ? '' : `, but ${weaker.join(', ')}`;
  return `bubblewrap ${version}: namespaces of its own, nothing to be seen but its own folders and the system's programs${but}.`;
}
