/** How many sentences are remembered; past that the oldest may be told again. */
const mostRemembered = 1_000;

/**
 * Tells a sentence that is said again and again only once in a while, for whatever looks at the same trouble every few seconds.
 *
 * @param everyMs after which the same sentence is told again, in ms. @param now epoch ms.
 */
export function toldOnce(tell: (text: string) => void, everyMs: number, now: () => number): (text: string) => void {
  const told = new Map<string, number>();
  return (text) => {
    const last = told.get(text);
    if (last !== undefined && now() - last < everyMs) return;
    told.delete(text);
    told.set(text, now());
    const oldest = told.keys().next();
    if (told.size > mostRemembered && oldest.done !== true) told.delete(oldest.value);
    tell(text);
  };
}
