import { fileURLToPath } from 'node:url';
import { entryPoint } from '../../domain/entry-point.ts';
import type { ProcessResult, ProcessRunner } from '../../ports/process.ts';
import type { LookEvent, LookFinding, LookInput } from './protocol.ts';
import { lookEvent } from './protocol.ts';
import type { LookStep } from './steps.ts';
import type { BroughtPackage } from './vulnerabilities.ts';

/** Where the program runs that parses foreign text. */
export interface LookPlace {
  /** Of the checkout's sandbox. */
  readonly process: ProcessRunner;
  /** An existing folder; nothing in it is read. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Node 24 or newer. */
  readonly nodePath: string;
  readonly signal: AbortSignal;
}

/** What became of one step. */
export type Looked =
  | {
      readonly kind: 'ended';
      readonly findings: readonly LookFinding[];
      readonly packages: readonly BroughtPackage[];
      /** Set where nothing of what the step is about could be looked at. */
      readonly unknown: string | undefined;
      readonly durationMs: number;
    }
  | { readonly kind: 'crashed'; readonly reason: string };

/** Memory that parsing may take, in megabytes: a bomb ends the program and not the machine. */
const mostMemory = 1024;
/** Findings of a change are few; more than that is a program that went wrong. */
const mostPrinted = 16 * 1024 * 1024;

/**
 * Runs the steps in a program of their own, one after the other. Where one breaks the program or does not end in time, it alone has crashed:
 * the others are run by another program.
 *
 * @throws the signal's reason when it aborts.
 */
export async function look(place: LookPlace, { steps, input }: LookInput, timeoutMs: number): Promise<ReadonlyMap<LookStep, Looked>> {
  const looked = new Map<LookStep, Looked>();
  for (let left = steps; left.length > 0; left = left.filter((step) => !looked.has(step))) {
    const { under, reason } = await runOnce(place, { steps: left, input }, timeoutMs, looked);
    place.signal.throwIfAborted();
    // It ended before any step of it began, so that none ever will.
    const lost = under === undefined ? left.filter((step) => !looked.has(step)) : [under];
    for (const step of lost) looked.set(step, { kind: 'crashed', reason });
  }
  return looked;
}

/** @returns the step that had begun and did not end, and what ended the program. */
async function runOnce(
  { process, directory, environment, nodePath, signal }: LookPlace,
  asked: LookInput,
  timeoutMs: number,
  looked: Map<LookStep, Looked>,
): Promise<{ readonly under: LookStep | undefined; readonly reason: string }> {
  const late = new AbortController();
  const wait = (): NodeJS.Timeout => setTimeout(() => late.abort(), timeoutMs);
  let clock = wait();
  let heard = newlyBegun(undefined);
  const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
    const event = stream === 'stdout' ? readEvent(line) : undefined;
    switch (event?.type) {
      case undefined:
        return;
      case 'begun':
        clearTimeout(clock);
        clock = wait();
        heard = newlyBegun(event.step);
        return;
      case 'found':
        heard.findings.push(event.finding);
        return;
      case 'brought':
        heard.packages.push(event.package);
        return;
      case 'broke':
        looked.set(event.step, { kind: 'crashed', reason: event.reason });
        heard = newlyBegun(undefined);
        return;
      case 'ended':
        looked.set(event.step, whole(heard, event));
        heard = newlyBegun(undefined);
    }
  };
  try {
    const result = await process.run({
      command: [
        nodePath,
        '--disable-warning=ExperimentalWarning',
        `--max-old-space-size=${mostMemory}`,
        fileURLToPath(entryPoint(import.meta.url, './child/look-program')),
      ],
      cwd: directory,
      env: environment,
      stdin: JSON.stringify(asked),
      timeoutMs: timeoutMs * (asked.steps.length + 1),
      signal: AbortSignal.any([signal, late.signal]),
      logBytes: mostPrinted,
      keepBytes: 4096,
      graceMs: 100,
      onLine,
    });
    return { under: heard.step, reason: late.signal.aborted ? `it did not end within ${timeoutMs / 1000} s` : reasonOf(result) };
  } finally {
    clearTimeout(clock);
  }
}

interface Heard {
  readonly step: LookStep | undefined;
  readonly began: number;
  readonly findings: LookFinding[];
  readonly packages: BroughtPackage[];
}

function newlyBegun(step: LookStep | undefined): Heard {
  return { step, began: performance.now(), findings: [], packages: [] };
}

/** What was told of a step, where none of it was lost on its way. */
function whole({ began, findings, packages }: Heard, { found, brought, unknown }: Extract<LookEvent, { readonly type: 'ended' }>): Looked {
  if (findings.length !== found || packages.length !== brought) return { kind: 'crashed', reason: 'not all that it found could be read' };
  return { kind: 'ended', findings, packages, unknown, durationMs: Math.round(performance.now() - began) };
}

function reasonOf({ end, stderr }: ProcessResult): string {
  const told = stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  switch (end.kind) {
    case 'exited':
      return `the program ended with ${end.code}${told === '' ? '' : `: ${told}`}`;
    case 'signalled':
      return `the program was ended by ${end.signal}`;
    case 'timeout':
      return `it did not end within ${end.afterMs / 1000} s`;
    case 'not-started':
      return `the program could not be started: ${end.reason}`;
    case 'cancelled':
      return 'it was cancelled';
  }
}

/** What is no event says nothing. */
function readEvent(line: string): LookEvent | undefined {
  try {
    return lookEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
