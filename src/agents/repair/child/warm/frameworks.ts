import { format } from 'node:util';
import * as nodeTest from 'node:test';
import * as nodeAssert from 'node:assert';
import { type Body, type Calling, type Collector, type HookKind, type TestOptions } from './collector.ts';

/** The functions a test file calls, by the names under which its framework offers them. */
export type FrameworkApi = Readonly<Record<string, unknown>>;

/** A framework's way to declare tests, on top of whichever collector gathers at the moment. */
export interface Framework {
  readonly calling: Calling;
  /** Declares tests; given to imports, and to global names where the framework has them. */
  readonly api: FrameworkApi;
}

type Declare = (name: string, body: Body | undefined, options: TestOptions) => void;

/** `name`, options and body in whichever order the framework takes them. */
function read(values: readonly unknown[]): { name: string; body: Body | undefined; options: TestOptions } {
  const body = values.find((value) => typeof value === 'function') as Body | undefined;
  const first = values[0];
  const name = typeof first === 'string' ? first : typeof first === 'function' ? first.name : String(first);
  const given = values.find((value) => typeof value === 'object' && value !== null) as Record<string, unknown> | undefined;
  const set = (key: string) => given?.[key] !== undefined && given[key] !== false;
  return { name, body, options: { skip: set('skip') || set('todo'), only: set('only'), fails: set('fails') } };
}

/** A declaring function with its variants: `.skip`, `.only`, `.todo`, `.each` ... */
function declaring(declare: Declare, decorate: Readonly<Record<string, unknown>> = {}): unknown {
  const variant =
    (extra: TestOptions) =>
    (...values: readonly unknown[]) => {
      const { name, body, options } = read(values);
      declare(name, body, { ...options, ...extra });
    };
  const withEach = (extra: TestOptions) => Object.assign(variant(extra), { each: each(declare, extra), for: eachRow(declare, extra) });
  return Object.assign(withEach({}), {
    skip: withEach({ skip: true }),
    todo: variant({ skip: true }),
    only: withEach({ only: true }),
    concurrent: withEach({}),
    sequential: withEach({}),
    fails: withEach({ fails: true }),
    failing: withEach({ fails: true }),
    skipIf: (condition: unknown) => (condition ? withEach({ skip: true }) : withEach({})),
    runIf: (condition: unknown) => (condition ? withEach({}) : withEach({ skip: true })),
    ...decorate,
  });
}

/** Titles as `printf` writes them, with `$name` and `%#` as jest and vitest know them. */
function each(declare: Declare, extra: TestOptions) {
  return (rows: readonly unknown[]) =>
    (...values: readonly unknown[]) => {
      const { name, body, options } = read(values);
      for (const [index, row] of rows.entries()) {
        const handed = Array.isArray(row) ? row : [row];
        declare(title(name, handed, row, index), body && ((() => body(...(handed as never[]))) as Body), { ...options, ...extra });
      }
    };
}

function eachRow(declare: Declare, extra: TestOptions) {
  return (rows: readonly unknown[]) =>
    (...values: readonly unknown[]) => {
      const { name, body, options } = read(values);
      for (const [index, row] of rows.entries()) {
        declare(title(name, Array.isArray(row) ? row : [row], row, index), body && ((() => body(row as never)) as Body), {
          ...options,
          ...extra,
        });
      }
    };
}

function title(name: string, handed: readonly unknown[], row: unknown, index: number): string {
  const numbered = name.replaceAll('%#', String(index)).replaceAll('%$', String(index + 1));
  const named = numbered.replace(/\$(\w+)/g, (text, key: string) => {
    const value = typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[key] : undefined;
    return value === undefined ? text : typeof value === 'string' ? value : format('%j', value);
  });
  const places = named.match(/%[sdifjoOp]/g)?.length ?? 0;
  return places === 0 ? named : format(named.replaceAll('%p', '%j'), ...handed.slice(0, places));
}

function basics(collector: () => Collector) {
  const suite = declaring((name, body, options) => collector().suite(name, body, options));
  const test = declaring((name, body, options) => collector().test(name, body, options));
  const hook =
    (kind: HookKind) =>
    (...values: readonly unknown[]) => {
      const body = values.find((value) => typeof value === 'function');
      if (body !== undefined) collector().hook(kind, body as Body);
    };
  return { suite, test, hook };
}

/** `node:test`: bodies get a context that can run tests inside. */
export function nodeTestFramework(collector: () => Collector): Framework {
  const { suite, hook } = basics(collector);
  const hooks = { before: hook('before'), after: hook('after'), beforeEach: hook('beforeEach'), afterEach: hook('afterEach') };
  const test = declaring((name, body, options) => collector().test(name, body, options), {
    describe: suite,
    suite,
    ...hooks,
    mock: nodeTest.mock,
  }) as Record<string, unknown>;
  Object.assign(test, { test, it: test, default: test });
  return {
    api: test,
    calling: (body, context) => {
      const call = body as (...values: unknown[]) => unknown;
      const handed = {
        name: context.name,
        assert: nodeAssert,
        mock: nodeTest.mock,
        signal: new AbortController().signal,
        diagnostic: () => undefined,
        plan: () => undefined,
        todo: () => undefined,
        skip: () => context.skip(),
        test: (...values: readonly unknown[]) => {
          const inner = read(values);
          return inner.body === undefined || inner.options.skip === true ? Promise.resolve() : context.subtest(inner.name, inner.body);
        },
      };
      return body.length < 2 ? call(handed) : withCallback((done) => call(handed, done));
    },
  };
}

/** vitest: suites, tests and hooks only; everything else comes from the project's own vitest. */
export function vitestFramework(collector: () => Collector): Framework {
  const { suite, test, hook } = basics(collector);
  return {
    api: { describe: suite, suite, test, it: test, ...allHooks(hook) },
    calling: (body, context) => (body as (handed: unknown) => unknown)({ task: { name: context.name }, skip: () => context.skip() }),
  };
}

/** jest: suites, tests and hooks; `expect` and `jest.fn` come from the project's own packages. */
export function jestFramework(collector: () => Collector): Framework {
  const { suite, test, hook } = basics(collector);
  return {
    api: {
      describe: suite,
      test,
      it: test,
      fit: test,
      xit: skipping(test),
      xtest: skipping(test),
      xdescribe: skipping(suite),
      ...allHooks(hook),
    },
    calling: callingWithDone,
  };
}

export function mochaFramework(collector: () => Collector): Framework {
  const { suite, test, hook } = basics(collector);
  const names = { describe: suite, context: suite, suite, it: test, specify: test, test, xit: skipping(test), xdescribe: skipping(suite) };
  const hooks = { before: hook('before'), after: hook('after'), beforeEach: hook('beforeEach'), afterEach: hook('afterEach') };
  return {
    api: {
      ...names,
      ...hooks,
      suiteSetup: hook('before'),
      suiteTeardown: hook('after'),
      setup: hook('beforeEach'),
      teardown: hook('afterEach'),
    },
    calling: callingWithDone,
  };
}

function skipping(declare: unknown): unknown {
  return (declare as { readonly skip: unknown }).skip;
}

function allHooks(hook: (kind: HookKind) => unknown): FrameworkApi {
  return { beforeAll: hook('before'), afterAll: hook('after'), beforeEach: hook('beforeEach'), afterEach: hook('afterEach') };
}

/** A body that takes a value is called with `done`. */
const callingWithDone: Calling = (body, { shared }) =>
  body.length === 0 ? body.call(shared as never) : withCallback((done) => (body as (done: unknown) => unknown).call(shared, done));

function withCallback(start: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown) => (error === undefined || error === null ? resolve() : reject(error));
    const result = start(Object.assign(done, { fail: reject }));
    if (result instanceof Promise) result.catch(reject);
  });
}
