/** The longest line that is kept while its end has not come, in characters; of a longer one the rest is dropped. */
const longestWaiting = 2_097_152;

/** Cuts a text that comes in pieces into whole lines. */
export interface LineSplitter {
  add(text: string): readonly string[];
  /** A last line that has no end; undefined where there is none. */
  rest(): string | undefined;
}

export function splitLines(): LineSplitter {
  let waiting: string[] = [];
  let length = 0;

  function wait(text: string): void {
    if (length < longestWaiting) waiting.push(text);
    length += text.length;
  }

  function take(): string {
    const line = waiting.join('');
    waiting = [];
    length = 0;
    return line;
  }

  return {
    add(text) {
      const lines = text.split('\n');
      const last = lines.pop() ?? '';
      if (lines.length > 0) {
        wait(lines[0] ?? '');
        lines[0] = take();
      }
      if (last !== '') wait(last);
      return lines;
    },
    rest: () => (length === 0 ? undefined : take()),
  };
}
