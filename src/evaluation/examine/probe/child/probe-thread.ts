/**
 * A thread, started by probe-program.ts: loads modules and calls their functions with one input after the other. An endless
 * loop, or a call that ends the process, harms this thread only.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { workerData } from 'node:worker_threads';
import type { ProbePlan, Told } from '../../../../domain/examination.ts';
import { type Answer, toldAnswer } from '../answers.ts';
import { errorName, type Json, messageOf, tell, Untellable, untold } from '../told.ts';
import { loadLikeTools } from './load-typescript.ts';
import type { ThreadInput, ThreadMessage } from './protocol.ts';

type Callable = (args: readonly unknown[]) => unknown;

/** Answers are sent in lots, of which the first is small: who never comes to the second has told that much. */
const lot = 25;

/** Of what a generator yields. */
const mostYielded = 200;

const { directory, plans, start, port, progress } = workerData as ThreadInput;
// What is loaded below finds no way to speak in our place.
const send: (message: ThreadMessage) => void = port.postMessage.bind(port);
for (const key of Object.keys(workerData as object)) Reflect.deleteProperty(workerData as object, key);
const { apply } = Reflect;

// Who waits for what never comes is found out by the time it takes, and does not end this thread.
const awake = setInterval(() => undefined, 60_000);
loadLikeTools();
for (let index = start.plan; index < plans.length; index += 1) {
  const plan = plans[index];
  if (plan !== undefined) await answerPlan(plan, index, index === start.plan ? start.input : 0);
}
send({ type: 'done' });
clearInterval(awake);
port.close();

async function answerPlan(plan: ProbePlan, place: number, from: number): Promise<void> {
  progress[1] = -1;
  progress[0] = place;
  let call: Callable;
  try {
    call = callableOf((await import(pathToFileURL(join(directory, plan.path)).href)) as object, plan.name);
  } catch (error) {
    return send({ type: 'ended', plan: place, problem: `it could not be loaded: ${withoutPaths(described(error))}` });
  }
  let answers: Told[] = [];
  for (let index = from; index < plan.inputs.length; index += 1) {
    progress[1] = index;
    const input = plan.inputs[index] ?? '[]';
    // Twice, each time with values of its own: what does not answer alike says nothing.
    const first = toldAnswer(await once(call, input));
    const second = toldAnswer(await once(call, input));
    answers.push(first === second ? first : toldAnswer({ kind: 'unknown', reason: 'it is not steady' }));
    if (index - from < 3 || answers.length >= lot) {
      send({ type: 'answers', plan: place, answers });
      answers = [];
    }
  }
  send({ type: 'answers', plan: place, answers });
  send({ type: 'ended', plan: place });
}

/** The function in what was loaded: of an ES module, or of what a CommonJS module hands out. */
function callableOf(loaded: object, wanted: string): Callable {
  const path = wanted.split('.');
  const ofCommonJs: unknown = Reflect.get(loaded, 'default');
  const tops = [loaded, ...(isHolder(ofCommonJs) ? [ofCommonJs] : [])];
  for (const top of tops) {
    let holder: unknown = undefined;
    let found: unknown = top;
    for (const name of path) {
      holder = found;
      found = isHolder(found) ? Reflect.get(found, name) : undefined;
    }
    if (typeof found !== 'function') continue;
    const callee = found;
    const self = holder === top ? undefined : holder;
    return (args) => apply(callee as (...values: unknown[]) => unknown, self, args) as unknown;
  }
  throw new Error(`it exports no function called ${wanted}`);
}

function isHolder(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

async function once(call: Callable, input: Told): Promise<Answer> {
  const args = untold(input) as unknown[];
  let outcome: Answer;
  try {
    const returned = call(args);
    const value = types.isPromise(returned) ? await returned : returned;
    outcome = { kind: 'returned', value: toldJson(types.isGeneratorObject(value) ? firstOf(value) : value) };
  } catch (error) {
    if (isUntellable(error)) return { kind: 'unknown', reason: error.message };
    outcome = thrown(error);
  }
  const left = afterwards(args);
  if (left === input || (outcome.kind !== 'returned' && outcome.kind !== 'threw')) return outcome;
  return left === undefined ? { kind: 'unknown', reason: 'what it did to its arguments is too much to tell' } : changed(outcome, left);
}

/** To ask a proxy what it is an instance of would run it. */
function isUntellable(error: unknown): error is Untellable {
  return types.isNativeError(error) && error instanceof Untellable;
}

function changed(outcome: Extract<Answer, { kind: 'returned' | 'threw' }>, left: Told): Answer {
  return { ...outcome, changed: JSON.parse(left) as Json };
}

function afterwards(args: readonly unknown[]): Told | undefined {
  try {
    return tell(args);
  } catch (error) {
    if (isUntellable(error)) return undefined;
    throw error;
  }
}

function toldJson(value: unknown): Json {
  return JSON.parse(tell(value)) as Json;
}

function firstOf(generator: Generator): unknown[] {
  const values: unknown[] = [];
  for (const value of generator) {
    values.push(value);
    if (values.length >= mostYielded) break;
  }
  return values;
}

function thrown(error: unknown): Answer {
  if (!types.isNativeError(error)) {
    try {
      return { kind: 'threw', name: 'what is no error', message: tell(error).slice(0, 300) };
    } catch (cause) {
      if (isUntellable(cause)) return { kind: 'threw', name: 'what is no error', message: '' };
      throw cause;
    }
  }
  return { kind: 'threw', name: errorName(error).slice(0, 100), message: withoutPaths(messageOf(error)) };
}

function described(error: unknown): string {
  return types.isNativeError(error) ? `${errorName(error)}: ${messageOf(error)}` : 'it threw what is no error';
}

/** The first line, the same wherever the checkout lies. */
function withoutPaths(message: string): string {
  const [line = ''] = message.split('\n', 1);
  return line.replaceAll(pathToFileURL(directory).href, '.').replaceAll(directory, '.').slice(0, 300);
}
