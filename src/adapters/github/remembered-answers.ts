/** An answer that GitHub need not send again while its ETag stands. */
export interface RememberedAnswer {
  readonly etag: string;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body: Uint8Array;
}

/** The last answers by what was asked, and as whom. */
export interface RememberedAnswers {
  get(key: string): RememberedAnswer | undefined;
  put(key: string, answer: RememberedAnswer): void;
}

const mostAnswers = 500;
const mostBytes = 32_000_000;

/** Keeps at most 500 answers and 32 MB of them; what was used longest ago goes first. */
export function rememberedAnswers(): RememberedAnswers {
  const answers = new Map<string, RememberedAnswer>();
  let bytes = 0;
  const forget = (key: string): void => {
    bytes -= answers.get(key)?.body.byteLength ?? 0;
    answers.delete(key);
  };
  return {
    get(key) {
      const found = answers.get(key);
      if (found === undefined) return undefined;
      answers.delete(key);
      answers.set(key, found);
      return found;
    },
    put(key, answer) {
      forget(key);
      answers.set(key, answer);
      bytes += answer.body.byteLength;
      for (const oldest of answers.keys()) {
        if (answers.size <= mostAnswers && bytes <= mostBytes) break;
        forget(oldest);
      }
    },
  };
}
