/**
 * A program of its own, started by run-probes.ts within a checkout: reads what to try from its standard input and prints what came of
 * it. Each function is tried in a thread, which is ended and replaced where a call does not come back.
 */
import { text } from 'node:stream/consumers';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { entryPoint } from '../../../../domain/entry-point.ts';
import type { ProbePlan, Told } from '../../../../domain/examination.ts';
import { toldAnswer } from '../answers.ts';
import type { ProbeInput, ProbeLine, ThreadInput, ThreadMessage } from './protocol.ts';

/** How often a thread is replaced before a function is given up. */
const mostReplaced = 3;
const megabytes = 192;

const { secret, directory, plans, callMs, totalMs } = JSON.parse(await text(process.stdin)) as ProbeInput;
const started = performance.now();
for (const [index, plan] of plans.entries()) {
  const problem = await answerPlan(plan, (answers) => print({ type: 'answers', plan: index, answers }));
  print({ type: 'ended', plan: index, ...(problem === undefined ? {} : { problem }) });
}
// Everything that was printed is out before that; nothing that a module left running may keep this program.
process.stdout.write('', () => process.exit(0));

/** What the code under test prints may end in the middle of a line. */
function print(line: ProbeLine): void {
  process.stdout.write(`\n${secret}${JSON.stringify(line)}\n`);
}

/** @returns why not all inputs were answered. */
async function answerPlan(plan: ProbePlan, tellAnswers: (answers: readonly Told[]) => void): Promise<string | undefined> {
  let answered = 0;
  const count = (answers: readonly Told[]): void => {
    answered += answers.length;
    tellAnswers(answers);
  };
  let suspect: number | undefined;
  let isProven = false;
  for (let replaced = 0; replaced <= mostReplaced;) {
    const end = await runThread(plan, answered, count);
    if (end.kind === 'done') return undefined;
    if (end.kind === 'unusable') return end.problem;
    if (end.kind === 'out-of-time') return 'it is too slow for all inputs';
    if (end.at < 0) return end.kind === 'stalled' ? 'its module does not end to load' : 'its module ends the process when it is loaded';
    if (end.at > answered) {
      // What had been answered and was not sent is answered again.
      const again = await runThread({ ...plan, inputs: plan.inputs.slice(0, end.at) }, answered, count);
      if (again.kind !== 'done') return 'it is not steady: it did not come back where it had before';
    }
    // A machine that is busy is no endless loop: the first time it has to be seen twice.
    if (end.kind === 'stalled') {
      const isSeen = isProven || suspect === end.at;
      suspect = end.at;
      if (!isSeen) continue;
      isProven = true;
    }
    replaced += 1;
    count([answerOf(end)]);
  }
  return `it was given up after ${mostReplaced + 1} inputs from which it did not come back`;
}

type ThreadEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'unusable'; readonly problem: string }
  | { readonly kind: 'stalled'; readonly at: number }
  | { readonly kind: 'out-of-time'; readonly at: number }
  | { readonly kind: 'left'; readonly at: number; readonly code: number }
  | { readonly kind: 'broken'; readonly at: number };

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

async function runThread(plan: ProbePlan, from: number, onAnswers: (answers: readonly Told[]) => void): Promise<ThreadEnd> {
  const { port1, port2 } = new MessageChannel();
  const progress = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const input: ThreadInput = { directory, plan, from, port: port2, progress };
  const worker = new Worker(entryPoint(import.meta.url, './probe-thread'), {
    workerData: input,
    transferList: [port2],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 32 },
  });
  worker.stdout.resume();
  worker.stderr.resume();
  const heard: { end?: ThreadEnd } = {};
  const hear = (message: ThreadMessage): void => {
    if (message.type === 'answers') onAnswers(message.answers);
    else heard.end = message.type === 'done' ? { kind: 'done' } : { kind: 'unusable', problem: message.problem };
  };
  const { promise, resolve } = Promise.withResolvers<ThreadEnd>();
  const at = (): number => Atomics.load(progress, 0);
  let last = { at: at(), since: performance.now() };
  const watch = setInterval(() => {
    const now = performance.now();
    if (at() !== last.at) last = { at: at(), since: now };
    else if (now - last.since > (last.at < 0 ? 10 * callMs : 2 * callMs)) resolve({ kind: 'stalled', at: last.at });
    if (now - started > totalMs) resolve({ kind: 'out-of-time', at: at() });
  }, 20);
  port1.on('message', (message: ThreadMessage) => {
    hear(message);
    if (heard.end !== undefined) resolve(heard.end);
  });
  worker.on('error', () => resolve({ kind: 'broken', at: at() }));
  worker.on('exit', (code) => {
    for (let waiting = receiveMessageOnPort(port1); waiting !== undefined; waiting = receiveMessageOnPort(port1)) {
      hear(waiting.message as ThreadMessage);
    }
    resolve(heard.end ?? { kind: 'left', at: at(), code });
  });
  const end = await promise;
  clearInterval(watch);
  await worker.terminate();
  port1.close();
  return end;
}
