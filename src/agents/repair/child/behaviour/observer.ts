/** What instrumented code calls while it is observed. */
export interface Observer {
  /** Called once per turn of a loop and per call of a function: made-up calls have a number of turns of their own. */
  readonly turn: () => void;
  /** The same function, which calls itself on made-up inputs too whenever it is called from outside of the observed code. */
  readonly wrap: (name: string, original: unknown) => unknown;
  /** Does so for the methods of a class. */
  readonly wrapClass: (name: string, made: unknown) => void;
}

/**
 * Made-up inputs come from the arguments that the tests hand over: each of them changed a little, and taken from
 * another call. What a function does with one is reported as one number: 26 bits for the input, 26 bits for what came of it.
 *
 * Its text is put into the code that is observed, so it may use nothing from outside of itself but the language.
 */
export function createObserver(report: (observed: number) => void): Observer {
  const callsPerFunction = 12;
  const inputsPerCall = 40;
  const turnsPerInput = 4000;
  /** Of all made-up calls together, so that the time they take is bounded whatever they do. */
  let turnsLeft = 400_000;
  const bits26 = 2 ** 26;
  let depth = 0;
  let turns = Number.POSITIVE_INFINITY;
  const calls = new Map<string, unknown[][]>();
  const known = new Set<string>();

  const hash = (text: string): number => {
    let one = 0x811c9dc5;
    for (let index = 0; index < text.length; index += 1) one = Math.imul(one ^ text.charCodeAt(index), 0x01000193);
    one = Math.imul(one ^ (one >>> 15), 0x2c1b3c6d);
    return (one ^ (one >>> 13)) >>> 6;
  };

  const isPlain = (value: object): boolean => {
    const prototype = Object.getPrototypeOf(value) as object | null;
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  };

  const copy = (value: unknown, level: number): unknown => {
    if (typeof value !== 'object' || value === null || level > 6) return value;
    if (Array.isArray(value)) return value.slice(0, 2000).map((one) => copy(one, level + 1));
    if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, copy(one, level + 1)]));
    if (value instanceof Set) return new Set(value);
    if (value instanceof Date) return new Date(value.getTime());
    if (!isPlain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one, level + 1)]));
  };

  const written = (value: unknown, level: number): string => {
    if (typeof value === 'number') {
      if (!Number.isFinite(value) || Number.isInteger(value)) return Object.is(value, -0) ? '0' : String(value);
      return value.toPrecision(9);
    }
    if (typeof value === 'string') return JSON.stringify(value.slice(0, 2000));
    if (typeof value === 'function') return 'function';
    if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)}`;
    if (level > 5) return '...';
    const inner = (list: unknown[]) =>
      list
        .slice(0, 500)
        .map((one) => written(one, level + 1))
        .join();
    if (Array.isArray(value)) return `[${inner(value)}]`;
    if (value instanceof Map) return `map ${inner([...value])}`;
    if (value instanceof Set) return `set ${inner([...value])}`;
    if (value instanceof Date) return `date ${value.getTime()}`;
    if (value instanceof Error) return `error ${value.name}`;
    if (typeof (value as { then?: unknown }).then === 'function') return 'promise';
    const fields = Object.entries(value as Record<string, unknown>).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return `{${fields
      .slice(0, 100)
      .map(([key, one]) => `${key}:${written(one, level + 1)}`)
      .join()}}`;
  };

  const changedNumber = (value: number): unknown[] =>
    Number.isInteger(value)
      ? [value + 1, value - 1, 0, 1, 2, value * 2, value + 10, value * 3 + 1, -value, 100, 7]
      : [value + 1, value - 1, value * 2, -value, value + 0.5, Math.trunc(value), 0];

  const changedString = (value: string): unknown[] => {
    const middle = Math.floor(value.length / 2);
    return [
      '',
      value.slice(1),
      value.slice(0, -1),
      value + value,
      value.split('').toReversed().join(''),
      value.toUpperCase(),
      value.toLowerCase(),
      value.slice(middle) + value.slice(0, middle),
      value.slice(0, middle) + value.slice(middle + 1),
      value.charAt(0) + value,
      value + value.charAt(0),
      value.slice(0, 1),
      value.slice(0, middle),
      `${value} ${value}`,
      value.replace(/[a-z]/i, 'z'),
      value.replace(/\d/, '7'),
    ];
  };

  const changedList = (value: readonly unknown[], level: number): unknown[] => {
    const middle = Math.floor(value.length / 2);
    const elements = value.slice(0, 3).flatMap((one, index) =>
      changed(one, level + 1)
        .slice(0, 5)
        .map((other) => value.with(index, other)),
    );
    const last =
      value.length > 3
        ? changed(value.at(-1), level + 1)
            .slice(0, 4)
            .map((other) => value.with(value.length - 1, other))
        : [];
    return [
      [],
      value.slice(1),
      value.slice(0, -1),
      value.toReversed(),
      [...value, ...value],
      [...value.slice(middle), ...value.slice(0, middle)],
      value.length === 0 ? value : [...value, value[0]],
      value.slice(0, 1),
      ...elements,
      ...last,
    ];
  };

  const changed = (value: unknown, level: number): unknown[] => {
    if (typeof value === 'number') return changedNumber(value);
    if (typeof value === 'string') return changedString(value);
    if (typeof value === 'boolean') return [!value];
    if (typeof value !== 'object' || value === null || level > 2) return [];
    if (Array.isArray(value)) return changedList(value, level);
    if (!isPlain(value)) return [];
    const fields = Object.entries(value).slice(0, 6);
    const others = fields.flatMap(([key, one]) =>
      changed(one, level + 1)
        .slice(0, 5)
        .map((other) => ({ ...value, [key]: other })),
    );
    return [...others, ...fields.map(([key]) => Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))), {}];
  };

  /** Takes from each list in turn, so that a limit leaves some of each. */
  const inTurn = (lists: readonly (readonly unknown[][])[]): unknown[][] => {
    const longest = Math.max(0, ...lists.map((list) => list.length));
    return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
  };

  const inputsFrom = (args: readonly unknown[], others: readonly (readonly unknown[])[]): unknown[][] => {
    const one = args.map((value, index) => changed(value, 0).map((other) => args.with(index, other)));
    const mixed = args.length < 2 ? [] : others.slice(-4).flatMap((other) => args.map((_, index) => args.with(index, other[index])));
    const both = args.length < 2 ? [] : [0, 1, 2, 3, 5].map((step) => args.map((value) => changed(value, 0)[step] ?? value));
    return [[...args], ...inTurn([...one, mixed, both])].slice(0, inputsPerCall);
  };

  const outcome = (call: (args: unknown[]) => unknown, input: readonly unknown[]): string => {
    const args = input.map((value) => copy(value, 0));
    turns = turnsPerInput;
    try {
      const result = call(args);
      if (typeof (result as { catch?: unknown } | undefined)?.catch === 'function') {
        (result as Promise<unknown>).catch(() => undefined);
      }
      return result === undefined ? `nothing ${written(args, 0)}` : written(result, 0);
    } catch (error) {
      return turns < 0 ? 'no end' : `thrown ${error instanceof Error ? error.name : typeof error}`;
    } finally {
      turnsLeft -= turnsPerInput - Math.max(0, turns);
      turns = Number.POSITIVE_INFINITY;
    }
  };

  const observe = (name: string, args: readonly unknown[], call: (args: unknown[]) => unknown) => {
    const before = calls.get(name) ?? [];
    if (before.length >= callsPerFunction || args.length === 0 || args.length > 8) return;
    const own = args.map((value) => copy(value, 0));
    for (const input of inputsFrom(own, before)) {
      const key = `${name}(${written(input, 0)})`;
      if (known.has(key) || turnsLeft < 0) continue;
      known.add(key);
      const first = outcome(call, input);
      if (first === outcome(call, input)) report(hash(key) * bits26 + hash(first));
    }
    before.push(own);
    calls.set(name, before);
  };

  const wrap = (name: string, original: unknown): unknown => {
    if (typeof original !== 'function') return original;
    const inner = original as (...args: unknown[]) => unknown;
    const outer = function observed(this: unknown, ...args: unknown[]): unknown {
      if (depth > 0) return inner.apply(this, args);
      depth += 1;
      try {
        observe(name, args, (made) => inner.apply(copy(this, 0), made));
        return inner.apply(this, args);
      } finally {
        depth -= 1;
      }
    };
    return Object.assign(outer, original);
  };

  return {
    turn: () => {
      turns -= 1;
      if (turns < 0) throw new RangeError('a made-up call went on for too long');
    },
    wrap,
    wrapClass: (name, made) => {
      const prototype = (made as { prototype: Record<string, unknown> }).prototype;
      for (const [key, { value, configurable }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
        if (key === 'constructor' || typeof value !== 'function' || configurable !== true) continue;
        const inner = value as (...args: unknown[]) => unknown;
        const standIn = (self: object) =>
          Object.assign(Object.create(Object.getPrototypeOf(self) as object), copy({ ...self }, 0)) as object;
        const outer = function observed(this: object, ...args: unknown[]): unknown {
          if (depth > 0 || typeof this !== 'object') return inner.apply(this, args);
          depth += 1;
          try {
            observe(`${name}.${key} ${written({ ...this }, 0)}`, args, (input) => inner.apply(standIn(this), input));
            return inner.apply(this, args);
          } finally {
            depth -= 1;
          }
        };
        Object.defineProperty(prototype, key, { value: outer, configurable: true, writable: true });
      }
    },
  };
}
