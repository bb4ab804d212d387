/** What a model's answer holds. */
export type ReadJson =
  | { readonly kind: 'json'; readonly value: unknown }
  /** In a sentence without its full stop, also for the model. */
  | { readonly kind: 'fault'; readonly reason: string };

/** An answer that is longer (characters) is none. */
export const longestAnswer = 1_000_000;
/** Objects and lists within each other; what is deeper is no answer to anything that is asked. */
const deepest = 200;

/**
 * Reads the one JSON object in an answer: alone, in a fence, or with words around it. Two different ones are a fault, for nobody could say which
 * was meant.
 */
export function readJson(answer: string): ReadJson {
  if (answer.length > longestAnswer) {
    return fault(`it is ${answer.length.toLocaleString('en')} characters long, and at most ${longestAnswer.toLocaleString('en')} are read`);
  }
  const text = answer.trim();
  if (text === '') return fault('it is empty');
  const { objects, isCut, depth } = objectsIn(text);
  if (depth > deepest) return fault(`its JSON is nested more than ${deepest} deep`);
  const whole = parsed(text);
  if (whole !== undefined) return { kind: 'json', value: whole.value };
  const found = new Map(objects.flatMap((json) => parsed(json) ?? []).map(({ value }) => [JSON.stringify(value), value]));
  if (found.size > 1) return fault(`it holds ${found.size} different JSON objects, and one was asked for`);
  for (const value of found.values()) return { kind: 'json', value };
  if (isCut) return fault('its JSON is cut off before its end');
  if (objects.length > 0) return fault('what it holds between braces is no JSON');
  return fault(`it holds no JSON object; it begins: ${JSON.stringify(text.slice(0, 120))}`);
}

function fault(reason: string): ReadJson {
  return { kind: 'fault', reason };
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

interface Objects {
  /** Texts from an opening brace to the one that closes it. */
  readonly objects: readonly string[];
  /** Whether the last one is not closed. */
  readonly isCut: boolean;
  readonly depth: number;
}

/** Braces in strings are left out of account. */
function objectsIn(text: string): Objects {
  const objects: string[] = [];
  const open: string[] = [];
  let start = 0;
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInString) {
      if (character === '\\') at += 1;
      else if (character === '"') isInString = false;
      continue;
    }
    if (character === '"') isInString = open.length > 0;
    else if (character === '{' || (character === '[' && open.length > 0)) {
      if (open.length === 0) start = at;
      open.push(character);
      depth = Math.max(depth, open.length);
    } else if (character === (open.at(-1) === '{' ? '}' : ']') && open.length > 0) {
      open.pop();
      if (open.length === 0) objects.push(text.slice(start, at + 1));
    }
  }
  return { objects, isCut: open.length > 0, depth };
}
