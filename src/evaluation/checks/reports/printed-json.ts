/** What is tried at most, so that a text full of openings costs no more than a few readings of it. */
const mostAttempts = 20;

/** The JSON objects and lists that begin at the beginning of a line of what a program printed, after colours if any, in their order. */
export function printedJson(text: string): unknown[] {
  const found: unknown[] = [];
  // Control characters are what colours are made of.
  // oxlint-disable-next-line no-control-regex
  const opening = /^(?:\u001B\[\d{0,3}m)*(?=[{[])/gm;
  for (let attempt = 0, match = opening.exec(text); match !== null && attempt < mostAttempts; attempt += 1, match = opening.exec(text)) {
    const start = match.index + match[0].length;
    const end = closing(text, start);
    const value = end === undefined ? undefined : jsonOrUndefined(text.slice(start, end));
    if (value !== undefined) found.push(value);
    opening.lastIndex = value === undefined || end === undefined ? start + 1 : end;
  }
  return found;
}

/** Where what opens at `start` is closed again; brackets in strings do not count. */
function closing(text: string, start: number): number | undefined {
  const token = /["{}[\]]/g;
  const string = /(?:[^"\\\n]|\\.)*"/y;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '"') {
      string.lastIndex = token.lastIndex;
      if (!string.test(text)) return undefined;
      token.lastIndex = string.lastIndex;
    } else depth += match[0] === '{' || match[0] === '[' ? 1 : -1;
    if (depth === 0) return token.lastIndex;
  }
  return undefined;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
