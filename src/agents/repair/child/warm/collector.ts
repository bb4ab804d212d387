import type { WorkerCase, WorkerRun } from './messages.ts';
import type { Probes } from './probes.ts';
import { firstLine } from './first-line.ts';

/** How a framework calls the body of a test: what it hands in, and what it takes for the end. */
export type Calling = (body: Body, context: TestContext) => unknown;
export type Body = (...values: never[]) => unknown;
export type HookKind = 'before' | 'after' | 'beforeEach' | 'afterEach';

/** What a running test may do besides failing. */
export interface TestContext {
  readonly name: string;
  /** The same object for all hooks and tests of a file: what mocha and jest call `this`. */
  readonly shared: Record<string, unknown>;
  /** Runs a test inside this one; it fails with it. */
  subtest(name: string, body: Body): Promise<void>;
  skip(): void;
}

/** Thrown by `this.skip()` and its like. */
export class SkipTest extends Error {}

export interface TestOptions {
  readonly skip?: boolean;
  readonly only?: boolean;
  /** Passes when the body fails. */
  readonly fails?: boolean;
}

interface Test {
  readonly kind: 'test';
  readonly name: string;
  readonly body: Body | undefined;
  readonly options: TestOptions;
}

interface Suite {
  readonly kind: 'suite';
  readonly path: readonly string[];
  readonly options: TestOptions;
  readonly parent: Suite | undefined;
  readonly hooks: Readonly<Record<HookKind, Body[]>>;
  readonly children: (Suite | Test)[];
}

export interface RunOptions {
  readonly file: string;
  readonly only: readonly string[] | undefined;
  readonly fuel: number;
  readonly timeoutMs: number;
  readonly calling: Calling;
  readonly probes: Probes;
  /** Statements that ran while the file was loaded: they count for each of its tests. */
  readonly loadHits: readonly number[];
}

/** Gathers what a test file declares, then runs it in order: suites, hooks and tests, one after the other. */
export interface Collector {
  suite(name: string, body: Body | undefined, options: TestOptions): void;
  test(name: string, body: Body | undefined, options: TestOptions): void;
  hook(kind: HookKind, body: Body): void;
  run(options: RunOptions): Promise<Pick<WorkerRun, 'cases' | 'ticks' | 'ranDry'>>;
}

export function createCollector(strayErrors: () => readonly unknown[]): Collector {
  const root = newSuite([], undefined, {});
  const pending: Promise<unknown>[] = [];
  let current = root;
  return {
    suite(name, body, options) {
      const suite = newSuite([...current.path, name], current, options);
      current.children.push(suite);
      const outer = current;
      current = suite;
      try {
        const result = body?.call(suiteContext as never);
        if (result instanceof Promise) pending.push(result);
      } finally {
        current = outer;
      }
    },
    test(name, body, options) {
      current.children.push({ kind: 'test', name, body, options });
    },
    hook(kind, body) {
      current.hooks[kind].push(body);
    },
    async run(options) {
      await Promise.all(pending);
      const run = {
        options,
        shared: { ...suiteContext },
        cases: [] as WorkerCase[],
        ticks: 0,
        ranDry: false,
        strayErrors,
        onlyMarked: hasOnly(root),
      };
      await runSuite(root, run, false, root.options.only === true);
      return { cases: run.cases, ticks: run.ticks, ranDry: run.ranDry };
    },
  };
}

/** Limits that mocha lets a suite or test set on `this`; taken and ignored, for the worker has its own. */
const suiteContext: Record<string, unknown> = {
  skip() {
    throw new SkipTest();
  },
};
for (const setting of ['timeout', 'slow', 'retries']) {
  suiteContext[setting] = function settable(this: unknown) {
    return this;
  };
}

interface Run {
  readonly shared: Record<string, unknown>;
  readonly options: RunOptions;
  readonly cases: WorkerCase[];
  ticks: number;
  ranDry: boolean;
  readonly strayErrors: () => readonly unknown[];
  readonly onlyMarked: boolean;
}

function newSuite(path: readonly string[], parent: Suite | undefined, options: TestOptions): Suite {
  return { kind: 'suite', path, parent, options, hooks: { before: [], after: [], beforeEach: [], afterEach: [] }, children: [] };
}

function hasOnly(suite: Suite): boolean {
  return suite.children.some((child) => child.options.only === true || (child.kind === 'suite' && hasOnly(child)));
}

async function runSuite(suite: Suite, run: Run, skipped: boolean, marked: boolean): Promise<void> {
  const wanted = suite.children.some((child) => isWanted(child, suite, run));
  if (!wanted) return;
  const cleanups: Body[] = [];
  const failure = skipped ? undefined : await runHooks(suite.hooks.before, run, cleanups);
  for (const child of suite.children) {
    const skip = skipped || child.options.skip === true;
    const only = marked || child.options.only === true;
    if (child.kind === 'suite') await runSuite(child, run, skip, only);
    else if (isWanted(child, suite, run)) await runTest(child, suite, run, skip || (run.onlyMarked && !only), failure);
  }
  if (!skipped) await runHooks([...suite.hooks.after, ...cleanups], run);
}

function isWanted(child: Suite | Test, suite: Suite, { options: { only } }: Run): boolean {
  if (only === undefined) return true;
  const path = (child.kind === 'suite' ? child.path : [...suite.path, child.name]).join(' > ');
  return only.some((name) => name === path || name.startsWith(`${path} > `));
}

async function runTest(test: Test, suite: Suite, run: Run, skipped: boolean, hookFailure: Failed | undefined): Promise<void> {
  const path = [...suite.path, test.name];
  if (skipped || test.body === undefined) return settle(run, path, 'skipped', undefined);
  const { probes, fuel } = run.options;
  probes.refill(fuel);
  if (hookFailure !== undefined) return settle(run, path, 'failed', hookFailure);
  const outcome = await runBody(test.body, suite, path, run);
  if (test.options.fails === true && outcome !== 'skipped') {
    return settle(run, path, outcome === 'passed' ? 'failed' : 'passed', undefined);
  }
  return typeof outcome === 'string' ? settle(run, path, outcome, undefined) : settle(run, path, 'failed', outcome);
}

interface Failed {
  readonly error: unknown;
}

async function runBody(body: Body, suite: Suite, path: readonly string[], run: Run): Promise<'passed' | 'skipped' | Failed> {
  const chain = lineage(suite);
  const cleanups: Body[] = [];
  const stray = run.strayErrors().length;
  let outcome: 'passed' | 'skipped' | Failed | undefined = await runHooks(
    chain.flatMap(({ hooks }) => hooks.beforeEach),
    run,
    cleanups,
  );
  outcome ??= await attempt(() => run.options.calling(body, contextOf(path, run)), run.options.timeoutMs);
  const after = chain.toReversed().flatMap(({ hooks }) => hooks.afterEach);
  const afterwards = await runHooks([...after, ...cleanups], run);
  if (outcome === 'passed' && afterwards !== undefined) outcome = afterwards;
  await new Promise((resolve) => setImmediate(resolve));
  const strayed = run.strayErrors().slice(stray);
  return outcome === 'passed' && strayed.length > 0 ? { error: strayed[0] } : outcome;
}

function lineage(suite: Suite): Suite[] {
  return suite.parent === undefined ? [suite] : [...lineage(suite.parent), suite];
}

function contextOf(path: readonly string[], run: Run): TestContext {
  return {
    name: path.at(-1) ?? '',
    shared: run.shared,
    skip() {
      throw new SkipTest();
    },
    async subtest(name, body) {
      const inner = [...path, name];
      const outcome = await attempt(() => run.options.calling(body, contextOf(inner, run)), run.options.timeoutMs);
      if (typeof outcome === 'string') return settle(run, inner, outcome, undefined);
      settle(run, inner, 'failed', outcome);
      throw outcome.error;
    },
  };
}

/** @param cleanups receives what hooks return to be called afterwards. */
async function runHooks(hooks: readonly Body[], run: Run, cleanups: Body[] = []): Promise<Failed | undefined> {
  for (const hook of hooks) {
    const outcome = await attempt(async () => {
      const result = await run.options.calling(hook, contextOf(['hook'], run));
      if (typeof result === 'function') cleanups.push(result as Body);
    }, run.options.timeoutMs);
    if (typeof outcome !== 'string') return outcome;
  }
  return undefined;
}

async function attempt(action: () => unknown, timeoutMs: number): Promise<'passed' | 'skipped' | Failed> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`did not end within ${timeoutMs} ms`)), timeoutMs);
  try {
    const result = action();
    if (result instanceof Promise) await Promise.race([result, promise]);
    return 'passed';
  } catch (error) {
    return error instanceof SkipTest ? 'skipped' : { error };
  } finally {
    clearTimeout(timer);
  }
}

function settle(run: Run, path: readonly string[], status: WorkerCase['status'], failed: Failed | undefined): void {
  const { probes, file, loadHits } = run.options;
  if (probes.dry()) run.ranDry = true;
  else run.ticks = Math.max(run.ticks, probes.used());
  const line = failed === undefined ? undefined : lineOf(failed.error, file);
  run.cases.push({
    file,
    name: path.join(' > '),
    status,
    hits: [...new Set([...loadHits, ...probes.hits()])],
    ...(failed === undefined ? {} : { message: firstLine(failed.error) }),
    ...(line === undefined ? {} : { line }),
  });
}

/** The line of the test file that the error's stack names. */
function lineOf(error: unknown, file: string): number | undefined {
  const stack = typeof error === 'object' && error !== null && 'stack' in error ? String(error.stack) : '';
  const at = stack.lastIndexOf(file);
  const match = /^(?:\?[^:]*)?:(\d+)/.exec(stack.slice(at + file.length));
  return at === -1 || match === null ? undefined : Number(match[1]);
}
