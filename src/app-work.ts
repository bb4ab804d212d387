import { createGit } from './adapters/git/git.ts';
import { remoteSettings } from './adapters/git/remote/credentials.ts';
import { createProcessRunner } from './adapters/process/process-runner.ts';
import { createPrograms } from './adapters/programs/programs.ts';
import { createContainerRung } from './adapters/sandbox/container/container-rung.ts';
import { createSandboxes } from './adapters/sandbox/sandboxes.ts';
import { createSeatbeltRung } from './adapters/sandbox/seatbelt/seatbelt-rung.ts';
import { createWorkspaces } from './adapters/workspace/workspaces.ts';
import { wireAdvisories } from './app-advisories.ts';
import { wireAgents } from './app-agents.ts';
import type { WiredForges } from './app-forges.ts';
import type { Config } from './domain/config.ts';
import { keptReleases } from './domain/deploy-project.ts';
import type { JobId } from './domain/ids.ts';
import type { Collected } from './operations/tools.ts';
import { observeAgent } from './telemetry/observe/agents.ts';
import { observeGit } from './telemetry/observe/git.ts';
import { observeSandboxes } from './telemetry/observe/sandboxes.ts';
import { observeWorkspaces } from './telemetry/observe/workspaces.ts';
import type { Engine } from './weaver/engine.ts';
import { collectFolders } from './workflow/collect.ts';
import { giveBackAbandoned } from './workflow/deploy/give-back.ts';
import type { WorkflowTools } from './workflow/tools.ts';
import { rememberedLists } from './worlds/include-files.ts';
import { recoverWorlds } from './worlds/recover.ts';
import { rememberedPlans } from './worlds/remembered-plans.ts';

/** What work is wired from; a part of `app.ts`. */
export interface WorkRequest extends Omit<
  WorkflowTools,
  'git' | 'processes' | 'sandboxes' | 'plans' | 'includes' | 'workspaces' | 'agent' | 'advisories'
> {
  /** The user's. */
  readonly home: string;
  /** The user's own. */
  readonly config: Config;
  readonly forges: WiredForges;
}

/** Whatever starts programs: git, sandboxes, worlds, agents. Disposing it ends every child process. */
export interface Work extends AsyncDisposable {
  readonly tools: WorkflowTools;
  /** As `OperationTools` has it. */
  collect(engine: Engine, options: { readonly dryRun: boolean; readonly only?: JobId; readonly unusedMs?: number }): Promise<Collected>;
  /** Cleans what killed processes left of their worlds, and gives environments back that runs which have ended still hold. @returns what was done, a sentence each. */
  recover(): Promise<readonly string[]>;
}

const hour = 3_600_000;

/** Wires everything that works on repositories and in worlds. It is most of this program, and loaded when it is first needed. */
export function wireWork({ home, config, ...given }: WorkRequest): Work {
  const { host, state, clock, locks, owner, models } = given;
  const { telemetry } = given;
  const { environment, nodePath } = host;
  const path = environment['PATH'] ?? '';
  const processes = createProcessRunner();
  const plainGit = createGit({
    process: processes,
    locks,
    path,
    userEnvironment: environment,
    remotes: {
      ...remoteSettings(config.remotes, environment, (remote) => given.forges.gitCredential(remote)),
      // Only machines that share a database hand commits to each other.
      runsStayHere: config.database.url === undefined,
    },
    onWait: (lock, ms) => telemetry.tell({ type: 'git.waited', lock, ms }),
  });
  const git = observeGit(plainGit, telemetry);
  const programs = createPrograms({ process: processes, path, home, nodePath, configured: config.agent.programs });
  const agent = wireAgents({ nodePath, models, programs });
  const tools: WorkflowTools = {
    ...given,
    git,
    processes,
    sandboxes: observeSandboxes(
      createSandboxes({
        process: processes,
        path,
        state: state.root,
        clock,
        owner,
        nodePath,
        home,
        rungs: [
          createContainerRung({ process: processes, host: environment, ...config.sandbox, nodePath, state: state.root, owner }),
          ...(host.platform === 'darwin' ? [createSeatbeltRung({ process: processes, nodePath })] : []),
        ],
      }),
      telemetry,
    ),
    plans: rememberedPlans(),
    includes: rememberedLists(),
    workspaces: observeWorkspaces(createWorkspaces({ git, process: processes, locks, path, state }), telemetry),
    agent: async (name) => observeAgent(await agent(name), telemetry),
    advisories: wireAdvisories({ process: processes, environment }),
  };
  return {
    tools,
    collect: async (engine, options) =>
      await collectFolders(tools, engine, {
        ...options,
        checkoutsMs: config.cleanup.olderThanHours * hour,
        keptReleases: (root) => keptReleases(config, root),
      }),
    recover: async () => [
      ...(await recoverWorlds(tools, clock.now())),
      ...(config.deploy.projects.length === 0 ? [] : await giveBackAbandoned(tools)),
    ],
    [Symbol.asyncDispose]: async () => await processes[Symbol.asyncDispose](),
  };
}
