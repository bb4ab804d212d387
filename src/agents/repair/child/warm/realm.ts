import vm from 'node:vm';
import { hitName, tickName } from '../edits/instrument.ts';

/** An assertion that was reached, as the realm of its program noted it. */
export interface NotedAssertion {
  readonly holds: boolean;
  /** Fuel used since the assertion before. */
  readonly used: number;
  readonly hits: readonly number[];
}

/** What one program notes while it runs. */
export interface Notes {
  readonly assertions: readonly NotedAssertion[];
  /** Fuel used since the last assertion; more than there was where it ran out. */
  used(): number;
  hits(): readonly number[];
  /** Whether fuel ran out at some time. */
  ranDry(): boolean;
}

/** Globals for programs, one after the other. */
export interface Realm {
  readonly context: vm.Context;
  /** To be called before each program: full of fuel, nothing noted, a console of its own. */
  begin(fuel: number): Notes;
}

/**
 * What counts and notes is made of the realm's own functions: a program holds nothing of the worker in its hands, and a
 * counter in the same script scope costs a loop about a nanosecond a turn, fifty times less than a function of another realm.
 */
const prelude = new vm.Script(`
  let __miyabiLeft__ = 0;
  let __miyabiSeen__ = { __proto__: null };
  let __miyabiDry__ = false;
  function __miyabiOut__() {
    __miyabiDry__ = true;
    throw new Error('a loop or recursion went on for too long');
  }
  function ${tickName}() {
    if (--__miyabiLeft__ < 0) __miyabiOut__();
  }
  function ${hitName}(index) {
    __miyabiSeen__[index] = true;
    ${tickName}();
  }
  (() => {
    const { keys } = Object;
    const { map } = Array.prototype;
    const call = Function.prototype.call.bind(Function.prototype.call);
    const hits = () => call(map, keys(__miyabiSeen__), (index) => +index);
    return (fuel) => {
      const assertions = [];
      const refill = () => {
        __miyabiLeft__ = fuel;
        __miyabiSeen__ = { __proto__: null };
      };
      const assert = (holds) => {
        assertions[assertions.length] = { holds: !!holds, used: fuel - __miyabiLeft__, hits: hits() };
        refill();
      };
      const silent = () => undefined;
      globalThis.console = { assert, log: silent, info: silent, warn: silent, error: silent, debug: silent };
      __miyabiDry__ = false;
      refill();
      return { assertions, used: () => fuel - __miyabiLeft__, hits, ranDry: () => __miyabiDry__ };
    };
  })();
`);

/** Makes globals that no program has touched. Text is no code in them. */
export function createRealm(): Realm {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
    // What a program puts off is done before its run ends, under the same watchdog: it would hold up those that follow.
    microtaskMode: 'afterEvaluate',
  });
  return { context, begin: prelude.runInContext(context) as Realm['begin'] };
}
