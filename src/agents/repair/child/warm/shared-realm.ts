import vm from 'node:vm';
import { createRealm, type Notes } from './realm.ts';

/** Globals that serve many programs. Making globals costs several times what most programs do. */
export interface SharedRealm {
  /** To be called before each program. */
  begin(fuel: number): Notes;
  /**
   * Runs a program that `mayShare` lets in; its declarations are its own.
   *
   * @throws what the program throws, and what stands in the way of its being one.
   */
  run(program: string): void;
  /** Takes away what a program has left among the globals. @returns false where the next one would not meet what the first one met. */
  restore(): boolean;
}

/**
 * With these a program can tell that its declarations are no globals, and reach what `restore` does not look at: what is behind
 * the objects of the language, descriptors, what runs later. An escape could spell any of them.
 */
const telling =
  /\b(?:this|globalThis|prototype|constructor|caller|callee|eval|Function|Reflect|Atomics|WeakRef|FinalizationRegistry|import|__\w+__|definePropert\w+|(?:get|set)PrototypeOf|getOwnPropertyDescriptors?|captureStackTrace)\b|\bRegExp\s*[.[]|\\u/;

const countingTurns = /__miyabi(?:Tick|Hit)__\(/g;
const plainStrings = /'[^'\\]*'|"[^"\\]*"/g;

/** Whether a program does the same among shared globals as among its own, and leaves nothing there that is not found. */
export function mayShare(program: string): boolean {
  return !telling.test(withoutStrings(program.replaceAll(countingTurns, '(')));
}

/** What a line says in quotes is no code, unless the line could hold a comment, a regular expression or part of a template. */
function withoutStrings(program: string): string {
  if (program.includes('`')) return program;
  const lines = program.split('\n').map((line) => (line.includes('/') ? line : line.replaceAll(plainStrings, "''")));
  return lines.join('\n');
}

/**
 * Remembers what the language brings, in the realm itself: objects with properties of their own that programs can name are
 * compared, one property after the other, after each program; the many functions among them, which nobody gives properties, and
 * what is seldom used are frozen. Nothing that programs make inherits from what is frozen, so that no assignment of theirs fails.
 */
const guard = new vm.Script(`
  (() => {
    const { ownKeys, getOwnPropertyDescriptor: describe, getPrototypeOf: behind, deleteProperty } = Reflect;
    const { freeze, isExtensible, is, keys } = Object;
    const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';
    const named = ['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'BigInt', 'Symbol', 'Math', 'JSON', 'Date', 'RegExp', 'Map',
      'Set', 'WeakMap', 'WeakSet', 'Promise', 'Proxy', 'Reflect', 'Iterator', 'Error', 'AggregateError', 'EvalError', 'RangeError',
      'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'];
    const iterators = [[].values(), ''[Symbol.iterator](), new Map().entries(), new Set().values(), 'a'.matchAll(/a/g),
      (function* () {})(), (async function* () {})()].flatMap((one) => [behind(one), behind(behind(one))]);
    const functions = [function* () {}, async function () {}, async function* () {}].map(behind);
    const roots = named.map((name) => globalThis[name]).filter(isObject);
    const compared = new Set([...roots, ...roots.map((one) => one.prototype), ...iterators, ...functions].filter(isObject));
    const seen = new Set(compared);
    const walk = (holder) => {
      for (const key of ownKeys(holder)) {
        const { value, get, set } = describe(holder, key);
        for (const one of [value, get, set]) {
          if (!isObject(one) || one === globalThis || seen.has(one)) continue;
          seen.add(one);
          walk(one);
          freeze(one);
        }
      }
    };
    for (const one of compared) walk(one);
    const console = globalThis.console;
    delete globalThis.console;
    walk(globalThis);
    globalThis.console = console;
    const known = new Set(ownKeys(globalThis));
    const many = known.size;
    const holders = [...compared].map((holder) => ({ holder, many: keys(holder).length }));
    const properties = [globalThis, ...compared].flatMap((holder) =>
      ownKeys(holder).flatMap((key) => {
        const { value, writable, configurable } = describe(holder, key);
        return (writable || (configurable && writable !== undefined)) && key !== 'console' ? [{ holder, key, value }] : [];
      }));
    const { length } = properties;
    const { length: manyHolders } = holders;
    const { has } = Set.prototype;
    const isKnown = Function.prototype.call.bind(has, known);
    return () => {
      const now = ownKeys(globalThis);
      if (now.length !== many) {
        for (let index = 0; index < now.length; index++) if (!isKnown(now[index])) deleteProperty(globalThis, now[index]);
        if (ownKeys(globalThis).length !== many) return false;
      }
      for (let index = 0; index < length; index++) {
        const { holder, key, value } = properties[index];
        if (!is(holder[key], value)) return false;
      }
      // What is enumerated is what was put there: the language's own properties are not, and only a descriptor could hide another.
      for (let index = 0; index < manyHolders; index++) {
        const { holder, many } = holders[index];
        if (keys(holder).length !== many || !isExtensible(holder)) return false;
      }
      return true;
    };
  })();
`);

export function createSharedRealm(): SharedRealm {
  const realm = createRealm();
  const { context } = realm;
  realm.begin(0);
  const restore = guard.runInContext(context) as () => boolean;
  return {
    begin: (fuel) => realm.begin(fuel),
    run(program) {
      // As a script of its own it may neither return nor end before its text does.
      void new vm.Script(program);
      new vm.Script(`(() => {${program}\n})();`).runInContext(context);
    },
    restore,
  };
}
