import { mentionedSymbols } from '../domain/analysis.ts';
import type { Change } from '../domain/change.ts';
import type { IntegrityFinding } from '../domain/choice.ts';
import type { BaseEvidence, CheckEvidence } from '../domain/evidence.ts';
import type { CommitId } from '../domain/ids.ts';
import type { SecurityEvidence } from '../domain/security.ts';
import type { EarlyChecks } from '../evaluation/checks/early.ts';
import { runChecks } from '../evaluation/checks/run.ts';
import { findIntegrity } from '../evaluation/integrity/find.ts';
import { isCode, isTestFile } from '../evaluation/integrity/files.ts';
import { withOwnWord } from '../evaluation/integrity/own/word.ts';
import type { Purpose } from '../evaluation/integrity/purpose.ts';
import { reasonsAgainstNewTests } from '../evaluation/integrity/purpose.ts';
import { restoredFiles } from '../evaluation/integrity/restore.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { analyseChange } from './analyse-change.ts';
import { withCheckout } from './checkout.ts';
import type { PlannedChecks } from './task-types.ts';
import { tellChecks } from './tell-checks.ts';
import type { TextsOfChange } from './texts-of-change.ts';
import { textsOfChange } from './texts-of-change.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

interface JudgeRequest {
  /** Of the folder in which it is checked, below the task's. */
  readonly name: string;
  /** What is judged, in the words shown while a step is under way. */
  readonly shown: string;
  /** What it is compared with, and what is known of that. */
  readonly base: CommitId;
  readonly evidence: BaseEvidence;
  readonly commit: CommitId;
  readonly change: Change;
  readonly checks: PlannedChecks;
  /** What it is to change; `code` unless said. */
  readonly purpose?: Purpose;
  /** When its checks are ended before their time; without it they are not. */
  readonly early?: EarlyChecks;
}

export interface Judgement {
  readonly check: CheckEvidence;
  readonly integrity: readonly IntegrityFinding[];
  readonly security: SecurityEvidence;
  /** Unified diff from the base. */
  readonly patch: string;
  readonly texts: TextsOfChange;
}

/**
 * Judges a commit by what it does on a fresh checkout, where nothing an agent left running can reach, and by what it changed. Its checkout holds
 * the base's own tests, configuration and continuous integration, whatever the change did to them.
 */
export async function judgeCommit(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  mirror: Mirror,
  request: JudgeRequest,
): Promise<Judgement> {
  const { name, shown, base, evidence, commit, change, checks, early, purpose = 'code' } = request;
  const texts = textsOfChange(mirror, { base, commit, change });
  const looking = { change, plan: checks.plan, purpose, paths: async () => await mirror.listFiles(base), ...texts };
  const judged = await mirror.graft({ commit, from: base, files: await restoredFiles(looking) });
  const coverOf = runOf(context).config.checks.coverage ? changedSources(change) : [];
  const place = { name, commit: judged, checks };
  const { check, security } = await withCheckout(tools, context, place, async (checkout) => {
    const { setting, install, sandbox } = checkout;
    context.progress(`security of: ${shown}`);
    // Before anything of the change is run: nobody is there yet who could meddle with it.
    const analysed = await analyseChange(tools, context, { mirror, texts, commit, change, checkout, said: shown });
    const checked = await runChecks({
      ...setting,
      commit,
      install,
      ...(coverOf.length === 0 ? {} : { coverOf }),
      passedBefore: evidence.passing,
      ...(early === undefined ? {} : { early }),
      onStep: (step) => context.progress(`${step} of: ${shown}`),
      telemetry: tools.telemetry,
    });
    // A last look: what broke a rule in its last moment passes no check.
    sandbox.usage();
    setting.signal?.throwIfAborted();
    return { check: await withOwnWord(looking, checked), security: analysed };
  });
  tellChecks(tools.telemetry, check, security);
  const patch = await mirror.patch(base, commit);
  const found = await findIntegrity({ ...looking, patch, base: evidence, check });
  const integrity = purpose === 'tests' ? [...found, ...newTestFindings(context, evidence, check)] : found;
  return { check, integrity, security, patch, texts };
}

function changedSources({ files }: Change): readonly string[] {
  return files
    .filter(({ path, status, binary }) => status !== 'deleted' && !binary && isCode(path) && !isTestFile(path))
    .map(({ path }) => path);
}

/** A change about tests vouches for itself by these alone: on the code as it is they pass, or fail for what the issue names. */
function newTestFindings(context: TaskContext<unknown>, evidence: BaseEvidence, check: CheckEvidence): readonly IntegrityFinding[] {
  const { issue } = runOf(context);
  const named = mentionedSymbols(`${issue.title}\n${issue.body}`, []);
  return reasonsAgainstNewTests(evidence, check, named).map((detail) => ({ rule: 'new-test-fails', path: '', detail }));
}
