import { asCommitId } from '../../../domain/ids.ts';
import type { CommitId } from '../../../domain/ids.ts';
import { askRemote, unlessFailed } from './ask-remote.ts';
import type { RemoteTools } from './ask-remote.ts';
import { otherSide } from './way-out.ts';

/** Names of refs that are deleted by one push: a command line has an end. */
const mostAtOnce = 1_000;

/** The refs of the remote at these names and under them, by name; a name that ends in a slash means only what lies under it. */
export async function remoteRefs(tools: RemoteTools, names: readonly string[]): Promise<ReadonlyMap<string, CommitId>> {
  const patterns = names.flatMap((name) => (name.endsWith('/') ? [`${name}*`] : [name, `${name}/*`]));
  const printed = await listed(tools, [
    '--refs',
    ...otherSide(tools.remote, 'upload-pack'),
    '--end-of-options',
    tools.remote.url,
    ...patterns,
  ]);
  // git takes a pattern for the end of a name; what only ends like it is not meant.
  const isMeant = (ref: string): boolean => names.some((name) => ref === name || ref.startsWith(name.endsWith('/') ? name : `${name}/`));
  return new Map([...printed].filter(([ref]) => isMeant(ref)));
}

/** What HEAD stands for, and the branch that it names. */
export async function remoteHead(
  tools: RemoteTools,
): Promise<{ readonly branch: string | undefined; readonly commit: CommitId } | undefined> {
  const printed = await ask(tools, ['--symref', ...otherSide(tools.remote, 'upload-pack'), '--end-of-options', tools.remote.url, 'HEAD']);
  const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(printed)?.[1];
  const commit = refsIn(printed).get('HEAD');
  return commit === undefined ? undefined : { branch, commit };
}

/** A tag that has an object of its own stands for the commit that it names (`^{}`). */
export async function resolveAtRemote(tools: RemoteTools, name: string): Promise<CommitId | undefined> {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  const patterns = candidates.flatMap((one) => [one, `${one}^{}`]);
  const printed = await listed(tools, [...otherSide(tools.remote, 'upload-pack'), '--end-of-options', tools.remote.url, ...patterns]);
  for (const one of candidates) {
    const commit = printed.get(`${one}^{}`) ?? printed.get(one);
    if (commit !== undefined) return commit;
  }
  return undefined;
}

/** One push, to be seen by all machines or by none. @param gitDir any repository of ours: nothing of it is sent. */
export async function deleteRemoteRefs(tools: RemoteTools, gitDir: string, prefixes: readonly string[]): Promise<void> {
  if (prefixes.length === 0) return;
  const names = [...(await remoteRefs(tools, prefixes)).keys()];
  for (let at = 0; at < names.length; at += mostAtOnce) await deleteNamed(tools, gitDir, prefixes, names.slice(at, at + mostAtOnce));
}

async function deleteNamed(tools: RemoteTools, gitDir: string, prefixes: readonly string[], names: readonly string[]): Promise<void> {
  let wanted = names;
  await askRemote<true>(
    tools,
    {
      args: [
        'push',
        '--quiet',
        '--atomic',
        '--no-verify',
        ...otherSide(tools.remote, 'receive-pack'),
        '--end-of-options',
        tools.remote.url,
        ...wanted.map((name) => `:${name}`),
      ],
      direction: 'to',
      gitDir,
    },
    async (_, trouble) => {
      if (trouble === undefined) return { kind: 'done', result: true };
      // The answer may have been lost, or somebody else has deleted them.
      const left = await remoteRefs(tools, prefixes);
      wanted = names.filter((name) => left.has(name));
      return wanted.length === 0 ? { kind: 'done', result: true } : { kind: 'again' };
    },
  );
}

async function listed(tools: RemoteTools, args: readonly string[]): Promise<ReadonlyMap<string, CommitId>> {
  return refsIn(await ask(tools, args));
}

async function ask(tools: RemoteTools, args: readonly string[]): Promise<string> {
  return await askRemote(tools, { args: ['ls-remote', '--quiet', ...args], direction: 'from' }, unlessFailed);
}

/** Lines that are not of git's form are not looked at. */
function refsIn(printed: string): ReadonlyMap<string, CommitId> {
  return new Map(
    printed.split('\n').flatMap((line) => {
      const [object = '', name] = line.split('\t');
      const commit = asCommitId(object);
      return commit === undefined || name === undefined ? [] : [[name, commit] as const];
    }),
  );
}
