import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { CommitId } from '../../src/domain/ids.ts';
import { userEnvironment, userGit } from '../../test/support/repository.ts';

export interface MadeRepository {
  readonly root: string;
  readonly head: CommitId;
}

const filesInFolder = 20;
const foldersInArea = 25;

/** A path as projects have them: many folders, few files in each. */
export function pathOf(file: number): string {
  const folder = Math.floor(file / filesInFolder);
  return `src/area${Math.floor(folder / foldersInArea)}/part${folder % foldersInArea}/module${file % filesInFolder}.ts`;
}

/** Between some 200 and 900 bytes, no two alike. */
function contentOf(file: number): string {
  const lines = Array.from({ length: 4 + ((file * 7) % 13) }, (_, at) => `  const value${at} = input * ${file + at} + ${at};\n`);
  return `/** Module ${file}. */\nexport function compute${file}(input: number): number {\n${lines.join('')}  return value0;\n}\n`;
}

/** A repository of that many small files, in one pack; nothing is checked out. */
export async function makeLargeRepository(root: string, files: number): Promise<MadeRepository> {
  mkdirSync(root, { recursive: true });
  userGit(root, 'init', '--quiet', '--initial-branch=main');
  const importing = spawn('git', ['fast-import', '--quiet', '--force'], {
    cwd: root,
    env: userEnvironment,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(importing, 'close');
  importing.stdin.write('commit refs/heads/main\ncommitter Ada User <ada@example.org> 1700000000 +0000\ndata 5\nFirst\n');
  for (let file = 0; file < files; file += 1) {
    const content = contentOf(file);
    const line = `M 100644 inline ${pathOf(file)}\ndata ${Buffer.byteLength(content)}\n${content}\n`;
    if (!importing.stdin.write(line)) await once(importing.stdin, 'drain');
  }
  importing.stdin.end('done\n');
  await finished(importing.stdin);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  return { root, head: userGit(root, 'rev-parse', 'main') as CommitId };
}
