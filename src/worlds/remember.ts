/**
 * Makes things once and remembers the newest of them.
 *
 * @param most that are remembered; the one asked for last is the last to be forgotten. What could not be made is not remembered.
 */
export function remember<Value>(most: number): (name: string, make: () => Promise<Value>) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return async (name, make) => {
    const value = known.get(name) ?? make();
    known.delete(name);
    known.set(name, value);
    for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - most))) known.delete(oldest);
    try {
      return await value;
    } catch (error) {
      known.delete(name);
      throw error;
    }
  };
}
