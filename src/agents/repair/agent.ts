import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryPoint } from '../../domain/entry-point.ts';
import type { ChecksPlan } from '../../domain/checks.ts';
import type { Agent, AgentReport, AgentTask } from '../../ports/agent.ts';
import type { ProcessEnd, ProcessRunner } from '../../ports/process.ts';
import { ForgedOffer, readProjectFiles, writeProjectFiles } from './project-files.ts';
import { searchEvent, type OfferedPatch, type SearchEvent, type SearchInput } from './protocol.ts';

/** What the whole test command showed; ids as in the base's evidence. */
export interface ValidationResult {
  readonly failing: readonly string[];
  readonly passing: readonly string[];
}

/** Runs the project's own test command in a fresh process. @returns undefined where its report cannot be read. */
export type Validate = (request: {
  readonly directory: string;
  readonly checks: ChecksPlan;
  readonly environment: Readonly<Record<string, string>>;
  readonly process: ProcessRunner;
  readonly signal: AbortSignal;
}) => Promise<ValidationResult | undefined>;

export interface RepairAgentOptions {
  /** Runs the search and the candidates; Node 24 or newer. */
  readonly nodeBinary: string;
  readonly validate: Validate;
}

/** Search-based repair of JavaScript and TypeScript: offline, and honest about what a passing test proves. */
export function createRepairAgent(options: RepairAgentOptions): Agent {
  return {
    name: 'repair',
    needs: async () => ({ readable: [], providers: [], network: [] }),
    state: async () => ({
      name: 'repair',
      installed: { kind: 'built-in' },
      usable: true,
      detail: 'JavaScript and TypeScript with a failing test; no key, no network',
      fix: '',
    }),
    async run(task) {
      const { base } = task;
      if (base.failing.length === 0) return nothing('no test fails at the base: there is nothing that this agent could repair.');
      if (base.check.tests.kind !== 'reported')
        return nothing('the failing tests are not known one by one, so no change can be judged by them.');
      return runSearch(options, task);
    },
  };
}

/** Time that is kept for the last validation, as a share of the world's. */
const searchShare = 0.8;

async function runSearch(options: RepairAgentOptions, task: AgentTask): Promise<AgentReport> {
  const stop = new AbortController();
  const offers = createOffers(options, task, () => stop.abort());
  let ended: Extract<SearchEvent, { type: 'ended' }> | undefined;
  let tried = 0;
  const result = await task.process.run({
    command: [
      options.nodeBinary,
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(entryPoint(import.meta.url, './child/search-program')),
    ],
    cwd: task.directory,
    env: task.environment,
    stdin: JSON.stringify(inputOf(options, task)),
    logFile: task.logFile,
    timeoutMs: task.timeoutMs,
    limits: task.limits,
    signal: AbortSignal.any([task.signal, stop.signal]),
    onLine: (line, stream) => {
      const event = stream === 'stdout' ? readEvent(line) : undefined;
      if (event === undefined) return task.onEvent({ type: 'output', line });
      if (event.type === 'ended') ended = event;
      else if (event.type === 'plausible') offers.add(event.patch);
      else {
        if (event.type === 'searched') tried = event.tried;
        task.onEvent(event);
      }
    },
  });
  const accepted = await offers.settled();
  if (task.signal.aborted) return { end: { kind: 'cancelled' }, summary: 'Cancelled while it searched.' };
  const forged = offers.forged();
  if (forged !== undefined) return reportForged(forged);
  if (accepted !== undefined) return { end: { kind: 'finished' }, summary: summaryOf(accepted, task.base.failing.length) };
  return reportWithout(result.end, ended, tried, offers.rejected(), result.stderr);
}

function inputOf(options: RepairAgentOptions, task: AgentTask): SearchInput {
  const { base, choice, checks } = task;
  if (choice.name !== 'repair') throw new Error(`The repair agent was handed the settings of ${choice.name}.`);
  // A folder that was not there before: what programs have put into the other may lead elsewhere.
  const scratch = mkdtempSync(join(task.contextDirectory, 'repair-'));
  const cases = base.check.tests.kind === 'reported' ? base.check.tests.cases : [];
  return {
    directory: task.directory,
    scratch,
    nodeBinary: options.nodeBinary,
    environment: { ...task.environment, TMPDIR: scratch },
    settings: { ...choice.settings, families: [...choice.settings.families] },
    runner: checks.test?.runner ?? (base.check.tests.kind === 'reported' ? base.check.tests.runner : 'unknown'),
    script: checks.test?.script ?? '',
    cases: cases.map(({ id, file, status }) => ({ id, status, ...(file === undefined ? {} : { file }) })),
    failing: [...base.failing],
    flaky: [...base.flaky],
    title: task.title,
    instructions: task.instructions,
    timeMs: Math.floor(task.timeoutMs * searchShare),
  };
}

/** Candidates print where nobody reads; what is not an event of ours is passed on as output. */
function readEvent(line: string): SearchEvent | undefined {
  try {
    return searchEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

interface Accepted {
  readonly patch: OfferedPatch;
  readonly verdict: Exclude<Verdict, { readonly kind: 'failed' }>;
}

/** What the whole suite said about a patch. */
type Verdict = { readonly kind: 'passed'; readonly fixed: number } | { readonly kind: 'failed' } | { readonly kind: 'unreadable' };

/** Tries offered patches one after the other in the checkout, in the order in which they were found; the first that holds stays. */
function createOffers(options: RepairAgentOptions, task: AgentTask, stop: () => void) {
  let queue: Promise<Accepted | undefined> = Promise.resolve(undefined);
  let rejected = 0;
  let forged: ForgedOffer | undefined;
  return {
    add(patch: OfferedPatch): void {
      queue = queue.then(async (accepted) => {
        if (accepted !== undefined || forged !== undefined || task.signal.aborted) return accepted;
        const verdict = await tryInPlace(options, task, patch).catch((error: unknown) => {
          if (!(error instanceof ForgedOffer)) throw error;
          return error;
        });
        if (verdict instanceof ForgedOffer) {
          forged = verdict;
          stop();
          return undefined;
        }
        if (verdict.kind === 'failed') {
          rejected += 1;
          task.onEvent({ type: 'said', text: `candidate ${patch.rank} passes its tests but not the whole suite: taken back` });
          return undefined;
        }
        stop();
        return { patch, verdict };
      });
    },
    settled: () => queue,
    rejected: () => rejected,
    /** Set when something spoke in the place of the search; nothing that came before is believed then. */
    forged: () => forged,
  };
}

async function tryInPlace(options: RepairAgentOptions, task: AgentTask, patch: OfferedPatch): Promise<Verdict> {
  const originals = readProjectFiles(task.directory, patch.files);
  writeProjectFiles(task.directory, patch.files);
  task.onEvent({ type: 'said', text: `candidate ${patch.rank} makes ${patch.fixed.length} failing tests pass; running the whole suite` });
  const { checks, environment, directory, process, signal, base } = task;
  const result = await options.validate({ directory, checks, environment, process, signal }).catch((error: unknown) => {
    // An abort is reported by throwing its reason; anything else is a defect.
    if (!signal.aborted) throw error;
    return undefined;
  });
  if (signal.aborted) {
    writeProjectFiles(task.directory, originals);
    return { kind: 'failed' };
  }
  if (result === undefined) return { kind: 'unreadable' };
  const failing = new Set(result.failing);
  const passing = new Set(result.passing);
  const fixed = base.failing.filter((id) => passing.has(id)).length;
  if (fixed > 0 && base.passing.every((id) => passing.has(id) && !failing.has(id))) return { kind: 'passed', fixed };
  writeProjectFiles(task.directory, originals);
  return { kind: 'failed' };
}

function summaryOf({ patch, verdict }: Accepted, failing: number): string {
  const places = patch.places.map(
    ({ path, line, before, after }) => `${path}:${line}: ${shownOr(before, 'nothing')} -> ${shownOr(after, 'nothing')}`,
  );
  const found = `${patch.rules.join(' and ')}; ${patch.rank} ${patch.rank === 1 ? 'candidate' : 'candidates'} tried`;
  const passing =
    verdict.kind === 'passed'
      ? `${verdict.fixed} of ${failing} failing tests pass now and none that passed fails`
      : `${patch.fixed.length} of ${failing} failing tests pass now; the report of the whole suite could not be read`;
  const deletes = patch.rules.some((rule) => rule.startsWith('deletion')) ? ' It takes code away: look whether somebody needs it.' : '';
  return `${places.join('; ')} (${found}). ${passing}: that does not prove the change correct.${deletes}`;
}

function shownOr(text: string, otherwise: string): string {
  return text === '' ? otherwise : `\`${text}\``;
}

function reportWithout(
  end: ProcessEnd,
  ended: Extract<SearchEvent, { type: 'ended' }> | undefined,
  tried: number,
  rejected: number,
  stderr: string,
): AgentReport {
  if (ended !== undefined) {
    const suffix = rejected === 0 ? '' : `; ${rejected} of them failed the whole suite and were taken back`;
    return nothing(`${ended.reason}${suffix}.`);
  }
  switch (end.kind) {
    case 'timeout':
      return { end: { kind: 'timeout', afterMs: end.afterMs }, summary: `The time was up after ${tried} candidates.` };
    case 'cancelled':
      return { end: { kind: 'cancelled' }, summary: 'Cancelled while it searched.' };
    default: {
      const reason =
        end.kind === 'not-started' ? end.reason : `the search ended before it was done: ${stderr.trim().split('\n').slice(-3).join(' ')}`;
      return { end: { kind: 'failed', fault: 'other', reason }, summary: `The search could not be carried out: ${reason}` };
    }
  }
}

function reportForged(forged: ForgedOffer): AgentReport {
  const reason = `something in the world spoke in the place of the search program: ${forged.message}`;
  return { end: { kind: 'failed', fault: 'other', reason }, summary: `No change is believed: ${reason}` };
}

function nothing(reason: string): AgentReport {
  return { end: { kind: 'nothing-to-offer', reason }, summary: `No change: ${reason}` };
}
