import { parseRemoteUrl } from '../../../domain/remote-url.ts';
import type { Mirror, Remote, TravellingRequest } from '../../../ports/git.ts';
import { badFormOf, branchName, problemBeside } from '../branch-problem.ts';
import type { MirrorContext } from '../mirror-tools.ts';
import { toolsOf } from '../mirror-tools.ts';
import { exists, makeIfAbsent, openMirror } from '../mirror.ts';
import type { RemoteTools } from './ask-remote.ts';
import type { KnownCommits } from './bring-commit.ts';
import { publishToRemote } from './publish-remote.ts';
import { tagRemote } from './tag-remote.ts';
import { deleteRemoteRefs, remoteHead, remoteRefs, resolveAtRemote } from './remote-refs.ts';
import { stayingMirror, travellingMirror } from './travelling-mirror.ts';
import type { RemoteSettings } from './way-out.ts';

export interface RemoteContext {
  readonly mirrors: MirrorContext;
  readonly settings: RemoteSettings;
  readonly known: KnownCommits;
}

/** @throws Failure (usage) for what is no address of a remote. */
export function createRemote({ mirrors, settings, known }: RemoteContext, url: string): Remote {
  const tools: RemoteTools = { git: mirrors.git, remote: parseRemoteUrl(url), settings };
  return {
    url: tools.remote.url,
    head: () => remoteHead(tools),
    resolve: (name) => resolveAtRemote(tools, name),
    async branchProblem(branch) {
      const badForm = await badFormOf(tools.git, branch);
      return badForm ?? problemBeside(branch, [...(await remoteRefs(tools, ['refs/heads/'])).keys()].map(branchName));
    },
    refs: async (folder) => [...(await remoteRefs(tools, [folder])).keys()],
    deleteRefs: (mirrorPath, prefixes) => deleteRemoteRefs({ ...tools, git: toolsOf(mirrors, mirrorPath).git }, mirrorPath, prefixes),
    mirror: (request) => mirrorOfRemote({ mirrors, settings, known }, tools, request),
    tag: (mirrorPath, name, commit) => tagRemote({ ...tools, git: toolsOf(mirrors, mirrorPath).git }, { gitDir: mirrorPath, name, commit }),
    publish: (mirrorPath, branch, commit, replacing) =>
      publishToRemote({ ...tools, git: toolsOf(mirrors, mirrorPath).git }, { gitDir: mirrorPath, branch, commit, replacing }),
  };
}

async function mirrorOfRemote(
  { mirrors, settings, known }: RemoteContext,
  there: RemoteTools,
  request: TravellingRequest,
): Promise<Mirror> {
  const { mirrorPath, base } = request;
  const here = toolsOf(mirrors, mirrorPath);
  if (!(await exists(mirrorPath))) await here.locked(async () => await makeIfAbsent(mirrors.git, mirrorPath, base.commit));
  const own = await openMirror(mirrors, mirrorPath);
  const tools = { here, there: { ...there, git: here.git }, request, known };
  return settings.runsStayHere === true ? stayingMirror(own, tools) : travellingMirror(own, tools);
}
