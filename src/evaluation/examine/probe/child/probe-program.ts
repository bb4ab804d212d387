/**
 * A program of its own, started by run-probes.ts within a checkout: reads what to try from its standard input and prints what came of
 * it. Functions are tried in a thread, which is ended and replaced where a call does not come back.
 */
import { text } from 'node:stream/consumers';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { entryPoint } from '../../../../domain/entry-point.ts';
import type { ProbePlan, Told } from '../../../../domain/examination.ts';
import { toldAnswer } from '../answers.ts';
import type { ProbeInput, ProbeLine, Step, ThreadInput, ThreadMessage } from './protocol.ts';

/** How often a thread is replaced before a function is given up. */
const mostReplaced = 3;
/** How often it is tried again from where it had come back before. */
const mostAgain = 2;
const megabytes = 192;
const tickMs = 20;

const { secret, directory, plans, callMs, totalMs } = JSON.parse(await text(process.stdin)) as ProbeInput;
const started = performance.now();
const states = plans.map((plan) => ({
  plan,
  answered: 0,
  ended: false,
  replaced: 0,
  again: 0,
  isProven: false,
  suspect: -1,
  until: Infinity,
}));
type State = (typeof states)[number];
for (let place = 0; place < states.length;) {
  const state = states[place];
  if (state === undefined || state.ended) place += 1;
  else await answerFrom(state, place);
}
// Everything that was printed is out before that; nothing that a module left running may keep this program.
process.stdout.write('', () => process.exit(0));

/** What the code under test prints may end in the middle of a line. */
function print(line: ProbeLine): void {
  process.stdout.write(`\n${secret}${JSON.stringify(line)}\n`);
}

function hear(line: ProbeLine): void {
  const state = states[line.plan];
  if (state === undefined || state.ended) return;
  if (line.type === 'answers') state.answered += line.answers.length;
  else state.ended = true;
  print(line);
}

/** Answers a plan and those behind it until a thread does not come back; what is left to do stands in the states. */
async function answerFrom(state: State, place: number): Promise<void> {
  const end = await runThread(plans, { plan: place, input: state.answered });
  if (end.kind === 'done') return;
  const { plan, input } = end.at;
  const stopped = states[plan];
  if (stopped !== undefined && !stopped.ended) await settle(stopped, plan, input, end);
}

async function settle(state: State, plan: number, input: number, end: Exclude<ThreadEnd, { kind: 'done' }>): Promise<void> {
  const give = (problem: string): void => hear({ type: 'ended', plan, problem });
  if (end.kind === 'out-of-time') return give('it is too slow for all inputs');
  if (input < 0) return give(end.kind === 'stalled' ? 'its module does not end to load' : 'its module ends the process when it is loaded');
  if (input > state.answered) {
    // What had been answered and was not sent is answered again.
    const again = [...plans.slice(0, plan), { ...state.plan, inputs: state.plan.inputs.slice(0, input) }];
    const second = await runThread(again, { plan, input: state.answered }, false);
    if (second.kind !== 'done') {
      state.again += 1;
      if (state.again > mostAgain) give('it is not steady: it did not come back where it had before');
      return;
    }
  }
  // A machine that is busy is no endless loop: the first time it has to be seen twice.
  if (end.kind === 'stalled' && !state.isProven) {
    state.isProven = state.suspect === input;
    state.suspect = input;
    if (!state.isProven) return;
  }
  state.replaced += 1;
  hear({ type: 'answers', plan, answers: [answerOf(end)] });
  if (state.replaced > mostReplaced) give(`it was given up after ${state.replaced} inputs from which it did not come back`);
}

type ThreadEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'stalled'; readonly at: Step }
  | { readonly kind: 'out-of-time'; readonly at: Step }
  | { readonly kind: 'left'; readonly at: Step; readonly code: number }
  | { readonly kind: 'broken'; readonly at: Step };

function answerOf(end: Extract<ThreadEnd, { kind: 'stalled' | 'left' | 'broken' }>): Told {
  switch (end.kind) {
    case 'stalled':
      return toldAnswer({ kind: 'endless', afterMs: callMs });
    case 'left':
      return toldAnswer({ kind: 'left', code: end.code });
    case 'broken':
      return toldAnswer({ kind: 'unknown', reason: 'it used too much memory, or failed outside of the call' });
  }
}

/** A function may take its share of what time is left, from when it was first tried. */
function isOutOfTime({ plan }: Step): boolean {
  const now = performance.now();
  const state = states[plan];
  if (state === undefined) return false;
  if (state.until === Infinity) {
    const waiting = states.filter(({ ended }) => !ended).length;
    state.until = now + (started + totalMs - now) / Math.max(1, waiting);
  }
  return now > state.until;
}

/** @param ends whether the end of a plan counts; it does not where only some of its inputs are tried. */
async function runThread(tried: readonly ProbePlan[], start: Step, ends = true): Promise<ThreadEnd> {
  const { port1, port2 } = new MessageChannel();
  const progress = new Int32Array(new SharedArrayBuffer(8)).fill(-1);
  progress[0] = start.plan;
  const input: ThreadInput = { directory, plans: tried, start, port: port2, progress };
  const worker = new Worker(entryPoint(import.meta.url, './probe-thread'), {
    workerData: input,
    transferList: [port2],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 32 },
  });
  worker.stdout.resume();
  worker.stderr.resume();
  const { promise, resolve } = Promise.withResolvers<ThreadEnd>();
  let isDone = false;
  const listen = (message: ThreadMessage): void => {
    if (message.type === 'done') isDone = true;
    else if (ends || message.type === 'answers') hear(message);
  };
  const at = (): Step => ({ plan: Atomics.load(progress, 0), input: Atomics.load(progress, 1) });
  let last = { at: at(), ticks: 0 };
  const watch = setInterval(() => {
    const current = at();
    // Counted in looks, not by the clock: where this process was held up, the thread was as well.
    const isSame = current.plan === last.at.plan && current.input === last.at.input;
    last = { at: current, ticks: isSame ? last.ticks + 1 : 0 };
    if (last.ticks * tickMs > (current.input < 0 ? 10 * callMs : 2 * callMs)) resolve({ kind: 'stalled', at: current });
    if (isOutOfTime(current)) resolve({ kind: 'out-of-time', at: current });
  }, tickMs);
  port1.on('message', (message: ThreadMessage) => {
    listen(message);
    if (isDone) resolve({ kind: 'done' });
  });
  worker.on('error', () => resolve({ kind: 'broken', at: at() }));
  worker.on('exit', (code) => {
    for (let waiting = receiveMessageOnPort(port1); waiting !== undefined; waiting = receiveMessageOnPort(port1)) {
      listen(waiting.message as ThreadMessage);
    }
    resolve(isDone ? { kind: 'done' } : { kind: 'left', at: at(), code });
  });
  const end = await promise;
  clearInterval(watch);
  await worker.terminate();
  port1.close();
  return end;
}
