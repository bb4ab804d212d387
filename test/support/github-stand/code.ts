import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { userEnvironment } from '../repository.ts';

export interface CodeCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly tree: string;
  readonly message: string;
}

/** The bare repository behind the emulation: real commits, merged for real. */
export interface Code {
  readonly path: string;
  readonly url: string;
  branches(): ReadonlyMap<string, string>;
  /** @returns the commit. `null` removes a file. */
  commitOn(branch: string, files: Readonly<Record<string, string | null>>, message: string): string;
  moveBranch(branch: string, commit: string): void;
  deleteBranch(branch: string): void;
  /** All commits that a branch rests on and that are not in `known`, newest first. */
  commits(from: readonly string[], known: ReadonlySet<string>): readonly CodeCommit[];
  mergeBase(one: string, other: string): string;
  /** @returns undefined where they conflict. */
  mergeTree(base: string, head: string): string | undefined;
  commitTree(tree: string, parents: readonly string[], message: string): string;
  /** @returns what the branch stands for then; undefined where they conflict. */
  rebase(base: string, head: string): string | undefined;
  changedFiles(base: string, head: string): readonly string[];
}

export function makeCode(path: string): Code {
  mkdirSync(path, { recursive: true });
  const env = { ...userEnvironment };
  const run = (args: readonly string[], input?: string): string =>
    execFileSync('git', ['-c', 'safe.bareRepository=all', ...args], {
      cwd: path,
      env,
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const git = (...args: string[]): string => run(args).trimEnd();
  git('init', '--quiet', '--bare', '--initial-branch=main');

  const branches = (): ReadonlyMap<string, string> =>
    new Map(
      [...packedBranches(path), ...looseBranches(join(path, 'refs', 'heads'))].toSorted(([left], [right]) => (left < right ? -1 : 1)),
    );
  const code: Code = {
    path,
    url: `file://${path}`,
    branches,
    commitOn(branch, files, message) {
      const now = branches();
      const parent = now.get(branch) ?? now.get('main');
      const stream = [
        `commit refs/heads/${branch}\n`,
        `committer Ada User <ada@example.org> ${Math.floor(Date.now() / 1_000)} +0000\n`,
        `data ${Buffer.byteLength(message)}\n${message}\n`,
        ...(parent === undefined ? [] : [`from ${parent}\n`]),
        ...Object.entries(files).map(([name, text]) =>
          text === null ? `D ${name}\n` : `M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
        ),
        '\n',
      ];
      run(['fast-import', '--quiet', '--force'], stream.join(''));
      return git('rev-parse', `refs/heads/${branch}`);
    },
    moveBranch: (branch, commit) => void git('update-ref', `refs/heads/${branch}`, commit),
    deleteBranch: (branch) => void git('update-ref', '-d', `refs/heads/${branch}`),
    commits(from, known) {
      const text = run(
        ['log', '-z', '--format=%H%x01%P%x01%T%x01%B', '--stdin'],
        [...from, ...[...known].map((sha) => `^${sha}`)].join('\n'),
      );
      return text
        .split('\0')
        .filter((line) => line !== '')
        .map((line) => {
          const [sha = '', parents = '', tree = '', message = ''] = line.split('\u0001');
          return { sha, parents: parents.split(' ').filter((parent) => parent !== ''), tree, message: message.trimEnd() };
        });
    },
    mergeBase: (one, other) => git('merge-base', one, other),
    mergeTree(base, head) {
      try {
        return git('merge-tree', '--write-tree', '--no-messages', base, head);
      } catch {
        return undefined;
      }
    },
    commitTree: (tree, parents, message) =>
      run(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'], message).trim(),
    rebase(base, head) {
      let onto = base;
      const list = git('rev-list', '--reverse', '--no-merges', `${base}..${head}`);
      for (const commit of list.split('\n').filter((line) => line !== '')) {
        let tree: string;
        try {
          // A commit with the files of `onto` beside `commit`: what the two have in common is what `commit` rests on.
          const beside = code.commitTree(git('rev-parse', `${onto}^{tree}`), [git('rev-parse', `${commit}^`)], 'beside');
          tree = git('merge-tree', '--write-tree', '--no-messages', beside, commit);
        } catch {
          return undefined;
        }
        onto = code.commitTree(tree, [onto], git('show', '--no-patch', '--format=%B', commit));
      }
      return onto;
    },
    changedFiles: (base, head) =>
      git('diff', '--name-only', base, head)
        .split('\n')
        .filter((line) => line !== ''),
  };
  return code;
}

/** Read as files: asked for before and after each request, git would be most of the time. */
function looseBranches(folder: string): ReadonlyArray<readonly [string, string]> {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [relative(folder, file), readFileSync(file, 'utf8').trim()] as const;
    });
}

function packedBranches(path: string): ReadonlyArray<readonly [string, string]> {
  const file = join(path, 'packed-refs');
  if (!existsSync(file)) return [];
  return [...readFileSync(file, 'utf8').matchAll(/^([\da-f]{40}) refs\/heads\/(.+)$/gm)].map(
    ([, sha = '', name = '']) => [name, sha] as const,
  );
}
