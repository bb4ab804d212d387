/**
 * The address of a program or thread of ours that lies beside the module `from`. Development runs `.ts`
 * files, the package ships `.js` ones, and tsc does not rewrite such addresses: the ending is taken from the
 * module that asks.
 *
 * @param from `import.meta.url` of the asking module.
 * @param name relative and without an ending, such as `./heartbeat-thread`.
 */
export function entryPoint(from: string, name: string): URL {
  const ending = from.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`${name}${ending}`, from);
}
