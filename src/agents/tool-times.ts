/** How long the tools of a program took, by when it was heard that they begin and that they have ended. */
export interface ToolTimes {
  /** Heard for the first time; later calls for the same tool change nothing, nor do those for one without an id. */
  begin(id: string): void;
  /** Heard that it has ended. @returns `tookMs`, or nothing where its beginning was not heard. */
  end(id: string): { readonly tookMs?: number };
}

/** Tools under way that are remembered; of a program that begins more the oldest are forgotten. */
const mostUnderWay = 1_000;

/** @param now monotonic ms. */
export function toolTimes(now: () => number = () => performance.now()): ToolTimes {
  const begun = new Map<string, number>();
  return {
    begin(id) {
      if (id === '' || begun.has(id)) return;
      begun.set(id, now());
      const [oldest] = begun.keys();
      if (begun.size > mostUnderWay && oldest !== undefined) begun.delete(oldest);
    },
    end(id) {
      const at = begun.get(id);
      begun.delete(id);
      return at === undefined ? {} : { tookMs: now() - at };
    },
  };
}
