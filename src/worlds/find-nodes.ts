import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessRunner } from '../ports/process.ts';
import type { NodeProgram } from './choose-node.ts';
import { cleanPath } from './environment.ts';

/** The Node programs on a PATH, each once, with the version it tells. What does not answer within 10 s is none. */
export async function findNodes(process: ProcessRunner, path: string): Promise<readonly NodeProgram[]> {
  const found = new Map<string, NodeProgram>();
  for (const folder of cleanPath(path)) {
    const program = await realpath(join(folder, 'node')).catch(() => undefined);
    if (program === undefined || found.has(program)) continue;
    const answer = await process.run({ command: [program, '--version'], cwd: '/', env: {}, timeoutMs: 10_000, keepBytes: 4096 });
    const version = /^v(\d+\.\d+\.\d+)/.exec(answer.stdout)?.[1];
    if (version !== undefined) found.set(program, { path: program, version });
  }
  return [...found.values()];
}
