import { join } from 'node:path';
import { z } from 'zod';
import { createGit } from '../../src/adapters/git/git.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { analysisSchema } from '../../src/domain/analysis.ts';
import type { ForgeEvent } from '../../src/domain/forge-event.ts';
import type { ForgeIssue, ForgePullRequest, ForgeUser, Permission } from '../../src/domain/forge.ts';
import { Failure } from '../../src/domain/failure.ts';
import { groupsBesideRuns } from '../../src/domain/job-groups.ts';
import type { CommitId, JobId } from '../../src/domain/ids.ts';
import { stateFolder } from '../../src/domain/state-folder.ts';
import { defineTaskType } from '../../src/domain/task-type.ts';
import { intakeRegistrations } from '../../src/operations/intake/registrations.ts';
import type { OperationTools } from '../../src/operations/tools.ts';
import type { Forge, Sweep } from '../../src/ports/forge.ts';
import { ForgeUnavailable } from '../../src/ports/forge.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { Engine, JobView } from '../../src/weaver/engine.ts';
import { handle } from '../../src/weaver/handler.ts';
import { approve } from '../../src/workflow/approve.ts';
import { approvalSignal, escalationOf } from '../../src/workflow/escalate.ts';
import type { MergePayload } from '../../src/workflow/forge-task-types.ts';
import { mergeType } from '../../src/workflow/forge-task-types.ts';
import { analyseType, approveType, planType } from '../../src/workflow/task-types.ts';
import { tellType } from '../../src/workflow/tell-type.ts';
import { waitForForge } from '../../src/workflow/with-forge.ts';
import { openTestEngine } from './engine.ts';
import type { TestEngine } from './engine.ts';
import { memoryLocks } from './locks.ts';
import { makeRepository, userEnvironment, userGit } from './repository.ts';
import { quickWaits } from './remote-stand.ts';
import { temporaryFolder } from './temporary.ts';

export const repository = 'owner/name';
export const ann: ForgeUser = { id: '7', login: 'ann', isBot: false };
export const stranger: ForgeUser = { id: '9', login: 'stranger', isBot: false };

/** What a forge holds in these tests, to be changed by them. */
export interface ScriptedForge {
  readonly issues: Map<number, ForgeIssue>;
  readonly pullRequests: Map<number, ForgePullRequest>;
  readonly permissions: Map<string, Permission>;
  /** What {@link Forge.tell} was asked to write, by the number and the marker. */
  readonly comments: Map<string, string>;
  missed: readonly ForgeEvent[];
  /** What is found where a repository is looked at for the first time. */
  labelled: readonly ForgeEvent[];
  /** Repositories that we are meant to work in; a name in `broken` fails. */
  repositories: readonly string[];
  broken: string | undefined;
  /** Since when it was looked at, in order. */
  readonly sweeps: number[];
  /** Where the code lies. */
  gitUrl: string;
  /** The next so many calls find it unavailable. */
  unavailable: number;
}

export interface IntakeStand extends AsyncDisposable {
  readonly tools: OperationTools;
  readonly engine: Engine;
  readonly forge: ScriptedForge;
  /** Puts an issue there that ann wrote and labelled. */
  put(number: number, more?: Partial<ForgeIssue>): ForgeIssue;
  event(more: { readonly identity: string } & Record<string, unknown>): ForgeEvent;
  /** Resolves when everything that was told is handled. @returns what each came to, the oldest first. */
  handled(): Promise<readonly string[]>;
  /** Runs of all issues, the newest first. */
  runs(): Promise<readonly JobView[]>;
  /** Resolves when a run has come as far as it comes without help. */
  rests(run: JobId): Promise<void>;
}

/** What everything that is told comes to, on a real engine and a real repository; a run asks for approval, then waits for its forge, then asks to merge. */
export async function intakeStand(options: { readonly configuration?: Readonly<Record<string, unknown>> } = {}): Promise<IntakeStand> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder());
  const users = makeRepository(join(folder.path, 'users'));
  const bare = join(folder.path, 'project.git');
  userGit(folder.path, 'clone', '--quiet', '--bare', users.root, bare);
  const processes = opening.use(createProcessRunner());
  const git = createGit({ process: processes, locks: memoryLocks(), path: userEnvironment.PATH, remotes: { waitsMs: quickWaits } });
  const forge: ScriptedForge = {
    issues: new Map(),
    pullRequests: new Map(),
    permissions: new Map([[ann.id, 'write']]),
    comments: new Map(),
    missed: [],
    labelled: [],
    repositories: [repository],
    broken: undefined,
    sweeps: [],
    gitUrl: bare,
    unavailable: 0,
  };
  const test: TestEngine = opening.use(
    await openTestEngine([...workflow, approveWith(() => tools.ledger), ...intakeRegistrations(() => tools)], { synchronous: 'NORMAL' }),
  );
  const { engine, database } = test;
  const opened = scripted(forge);
  const tools = {
    engine,
    sharing: true,
    ledger: database.ledger,
    clock,
    git: async () => git,
    state: stateFolder(join(folder.path, 'state')),
    locks: memoryLocks(),
    ownConfiguration: [{ source: 'user', origin: 'a test', values: options.configuration ?? {} }],
    redact: (text: string) => ({ text, removed: 0 }),
    forges: { names: ['github'], open: async () => opened, readers: async () => [] },
    // What is left out no test of these asks for.
  } as unknown as OperationTools;
  const worker = opening.use(await engine.work({ jobs: 'unclaimed', concurrency: 4 }));
  const all = opening.move();
  return {
    tools,
    engine,
    forge,
    put: (number, more = {}) => {
      const issue: ForgeIssue = { ...anIssue, number, ...more };
      forge.issues.set(number, issue);
      return issue;
    },
    event: (more) => ({ forge: 'github', repository, sender: ann, ...more }) as unknown as ForgeEvent,
    async handled() {
      const jobs = (await engine.jobs({ groupKey: 'deliveries' })).toReversed();
      const came: string[] = [];
      for (const { id } of jobs) {
        await worker.settled(id);
        const [task] = await engine.tasks(id);
        came.push(task?.state === 'succeeded' ? (task.result.value as { readonly did: string }).did : `${task?.state}`);
      }
      return came;
    },
    runs: async () => await engine.jobs({ exceptGroups: groupsBesideRuns }),
    async rests(run) {
      for await (const _ of engine.events(run, { follow: true })) {
        const moving = await engine.tasks(run, { states: ['ready', 'running'] });
        if (moving.length === 0) return;
      }
    },
    [Symbol.asyncDispose]: async () => await all.disposeAsync(),
  };
}

const anIssue: ForgeIssue = {
  number: 1,
  title: 'The total is wrong',
  body: 'For no items it is 1.',
  author: ann,
  labels: ['miyabi', 'bug'],
  state: 'open',
  url: 'https://example.org/owner/name/issues/1',
  createdAt: 1_000,
  updatedAt: Date.UTC(2100, 0, 1),
};

const nothing = defineTaskType({ ...planType, payload: z.object({}), result: z.object({}) });

const anIssueOfARun = { issue: { title: 'x', body: '', origin: { kind: 'text', digest: 'x' } as never, hiddenCharacters: 0 } };

/** The commit that the run asks about before it is merged. */
export const askedCommit = 'c'.repeat(40) as CommitId;

/** What the run asks before it is merged; a test may have it ask about something else. */
export const mergePayload: MergePayload & { step: MergePayload['step'] } = {
  work: { type: 'bug', priority: 'P2-Medium', tasks: [] },
  review: null,
  step: { kind: 'asked', about: 'merge' },
  round: 0,
  ci: {
    kind: 'passed',
    current: { number: 5, url: '', branch: 'b', commit: askedCommit, at: 1 },
    by: null,
    repaired: { rounds: 0, fingerprints: [] },
  },
  approvedBy: null,
};

const workflow = [
  handle(defineTaskType({ ...tellType, payload: z.unknown() as never, result: z.object({}) as never }), async () => ({
    kind: 'success',
    result: {} as never,
  })),
  handle(defineTaskType({ ...analyseType, result: analysisSchema.partial() }), async ({ answer }) => {
    if (answer !== undefined) return { kind: 'success', result: {} };
    return { kind: 'blocked', reason: 'asks', need: { signal: approvalSignal, from: 'person', question: 'Go on?' } };
  }),
  handle(nothing, async ({ answer, children }) => {
    if (answer === undefined) return waitForForge('waits for checks', Date.now() + 3_600_000);
    if (children.length > 0) return { kind: 'success', result: {} };
    return {
      kind: 'success',
      decomposition: { join: 'compose', children: [{ type: mergeType.name, key: 'merge', payload: mergePayload }] },
    };
  }),
  handle(defineTaskType({ ...mergeType, result: z.object({}) as never }), async ({ children, payload }) => {
    if (children.length > 0) return { kind: 'success', result: {} as never };
    const commit = payload.ci?.current.commit ?? '';
    const details = escalationOf(anIssueOfARun, {
      kind: 'merge',
      severity: 'low',
      reason: 'asks',
      recommendation: '',
      actions: {},
      about: { commit },
    });
    const child = { type: approveType.name, key: 'approve-merge', payload: { reason: 'asks', question: 'Merge it?', details } };
    return { kind: 'success', decomposition: { join: 'resume', children: [child] } };
  }),
];

const clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** Of what is opened only once it is known what executes tasks. */
function approveWith(ledger: () => Ledger) {
  return approve({
    clock,
    get ledger() {
      return ledger();
    },
  });
}

/** The part of a forge that news of it need. */
function scripted(forge: ScriptedForge): Forge & Sweep {
  const reached = (): void => {
    if (forge.unavailable === 0) return;
    forge.unavailable -= 1;
    throw new ForgeUnavailable('it is not well', 1);
  };
  const there = <Value>(value: Value | undefined): Value => {
    reached();
    if (value !== undefined) return value;
    throw new Failure('notFoundOrLocked', { what: 'It is not there.', why: 'Nobody put it there.', fix: 'None.' });
  };
  const part: Partial<Forge & Sweep> = {
    name: 'github',
    repository: async (name) => there({ id: '42', name, defaultBranch: 'main', gitUrl: forge.gitUrl, mergeMethods: ['squash'] as const }),
    repositories: async () => there(forge.repositories),
    issue: async ({ number }) => there(forge.issues.get(number)),
    permission: async (_repository, { id }) => there(forge.permissions.get(id) ?? 'none'),
    pullRequest: async ({ number }) => there(forge.pullRequests.get(number)),
    tell: async ({ number }, marker, body) => {
      forge.comments.set(`${number} ${marker}`, there(body));
      return { id: '1', author: ann, body, url: '', createdAt: 1 };
    },
    labelled: async () => there(forge.labelled),
    missed: async (name, since) => {
      if (name === forge.broken) there(undefined);
      forge.sweeps.push(since);
      return there(forge.missed);
    },
  };
  return part as Forge & Sweep;
}
