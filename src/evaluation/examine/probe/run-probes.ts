import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { entryPoint } from '../../../domain/entry-point.ts';
import type { ProbeAnswers, ProbePlan, Told } from '../../../domain/examination.ts';
import type { ProcessLimits, ProcessResult, ProcessRunner } from '../../../ports/process.ts';
import type { ProbeInput } from './child/protocol.ts';

export interface ProbeRequest {
  readonly plans: readonly ProbePlan[];
  /** A checkout of the world's commit, with its dependencies. */
  readonly directory: string;
  /** Runs the program; Node 24 or newer. */
  readonly nodeBinary: string;
  readonly process: ProcessRunner;
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits?: ProcessLimits;
  readonly signal?: AbortSignal;
  /** One call, in ms. */
  readonly callMs?: number;
  /** All calls together, in ms. */
  readonly totalMs?: number;
}

/** How often the program is started again for the functions behind one that ended it. */
const mostStarts = 8;

const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answers'), plan: z.int().nonnegative(), answers: z.array(z.string()) }),
  z.object({ type: z.literal('ended'), plan: z.int().nonnegative(), problem: z.string().optional() }),
]);

interface Heard {
  readonly answers: Told[];
  ended: boolean;
  problem?: string;
}

/**
 * Calls the functions in one world's code with the inputs of their plans, and tells what came of it. What the code prints is not
 * believed, a call that does not end is ended, and a function that ends the whole program takes none of the others along.
 *
 * @returns one for each plan, in their order; `answers` may be fewer than the inputs, with the reason as `problem`.
 * @throws the signal's reason when it is aborted; never for what the code does.
 */
export async function runProbes(request: ProbeRequest): Promise<ProbeAnswers[]> {
  const { plans, totalMs = 20_000 } = request;
  const heard = plans.map((): Heard => ({ answers: [], ended: false }));
  const directory = await realpath(request.directory);
  const deadline = performance.now() + totalMs;
  // What ended the program may be the function behind the last of which was heard: it is blamed when it was tried alone.
  let isAlone = false;
  for (let starts = 0; starts < mostStarts; starts += 1) {
    const waiting = plans.flatMap((plan, index) => (heard[index]?.ended === true ? [] : [{ plan, index }]));
    const left = deadline - performance.now();
    if (waiting.length === 0 || left <= 0) break;
    const tried: typeof waiting = isAlone ? waiting.slice(0, 1) : waiting;
    for (const { index } of tried) heard[index]?.answers.splice(0);
    const result = await runProgram({ ...request, directory, totalMs: left }, tried, heard);
    const broken: readonly Heard[] = tried.flatMap(({ index }) => heard[index] ?? []).filter(({ ended }) => !ended);
    if (result.end.kind === 'not-started') for (const state of broken) Object.assign(state, { ended: true, problem: endOf(result) });
    const state: Heard | undefined = broken[0];
    if (state !== undefined && tried.length === 1) Object.assign(state, { ended: true, problem: endOf(result) });
    isAlone = state !== undefined && tried.length > 1;
  }
  return plans.map(({ path, name, inputs }, index): ProbeAnswers => {
    const { answers = [], ended = false, problem = ended ? undefined : 'there was no time for it' } = heard[index] ?? {};
    return { path, name, answers: answers.slice(0, inputs.length), ...(problem === undefined ? {} : { problem }) };
  });
}

async function runProgram(
  request: ProbeRequest & { readonly totalMs: number },
  waiting: readonly { readonly plan: ProbePlan; readonly index: number }[],
  heard: readonly Heard[],
): Promise<ProcessResult> {
  const { directory, callMs = 500, totalMs } = request;
  const secret = randomBytes(16).toString('hex');
  const input: ProbeInput = { secret, directory, plans: waiting.map(({ plan }) => plan), callMs, totalMs };
  const result = await request.process.run({
    command: [
      request.nodeBinary,
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(entryPoint(import.meta.url, './child/probe-program')),
    ],
    cwd: directory,
    env: request.environment,
    stdin: JSON.stringify(input),
    timeoutMs: totalMs + 5_000,
    ...(request.limits === undefined ? {} : { limits: request.limits }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    onLine: (text, stream) => {
      const said = stream === 'stdout' && text.startsWith(secret) ? line.safeParse(jsonOrUndefined(text.slice(secret.length))) : undefined;
      const state = heard[waiting[said?.data?.plan ?? -1]?.index ?? -1];
      if (said?.data === undefined || state === undefined) return;
      if (said.data.type === 'answers') state.answers.push(...said.data.answers);
      else {
        state.ended = true;
        if (said.data.problem !== undefined) state.problem = said.data.problem;
      }
    },
  });
  request.signal?.throwIfAborted();
  return result;
}

function endOf({ end, stderr }: ProcessResult): string {
  switch (end.kind) {
    case 'exited':
      return `the program that tries it ended with ${end.code}: ${stderr.trimEnd().split('\n').at(-1)?.slice(0, 200) ?? ''}`.replace(
        /: $/,
        '',
      );
    case 'signalled':
      return `it ended the program that tries it (${end.signal})`;
    case 'timeout':
      return 'it does not end';
    case 'cancelled':
      return 'it was cancelled';
    case 'not-started':
      return `the program that tries it could not be started: ${end.reason}`;
  }
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
