/** Error itself is left out: Node and test frameworks change how it writes stacks. */
const constructors = [Object, Function, Array, String, Number, Boolean, BigInt, Symbol, Date, RegExp, Map, Set, WeakMap, WeakSet, Promise];
const holders: readonly object[] = [
  ...constructors,
  ...constructors.map((one) => one.prototype as object),
  Math,
  JSON,
  Reflect,
  Error.prototype,
];

/** @returns a function that says whether something has been replaced in, put into or taken from what the language itself brings since. */
export function watchBuiltins(): () => boolean {
  const { ownKeys, getOwnPropertyDescriptor } = Reflect;
  const { is: same } = Object;
  const known = holders.map((holder) => ({
    holder,
    properties: ownKeys(holder).map((key) => ({ key, is: getOwnPropertyDescriptor(holder, key) })),
  }));
  return () => {
    for (const { holder, properties } of known) {
      if (ownKeys(holder).length !== properties.length) return true;
      for (const { key, is } of properties) {
        const now = getOwnPropertyDescriptor(holder, key);
        if (!same(now?.value, is?.value) || now?.get !== is?.get) return true;
      }
    }
    return false;
  };
}
