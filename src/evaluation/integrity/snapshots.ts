/** Whether a file holds what was recorded, for tests to compare with. */
export function isSnapshot(path: string): boolean {
  return /\.(?:snap|ambr|golden)$|(?:^|\/)(?:__snapshots__|__image_snapshots__)\/|\.(?:approved|verified)\.\w+$/.test(path);
}

/**
 * Names of recorded values that a change took away or rewrote; new ones are welcome.
 *
 * @returns undefined where the file does not tell its values apart, and has to be taken as one.
 */
export function rewrittenSnapshots(before: string, after: string): string[] | undefined {
  const old = entriesOf(before);
  if (old === undefined) return undefined;
  const now = entriesOf(after) ?? new Map<string, string>();
  return [...old].filter(([name, value]) => now.get(name) !== value).map(([name]) => name);
}

/** Of jest and vitest (`exports[...] = ...;`) and of syrupy (`# name: ...`). */
function entriesOf(text: string): Map<string, string> | undefined {
  const normal = text.replaceAll('\r\n', '\n');
  const start = /^exports\[`/m.test(normal) ? /^(?=exports\[`)/m : /^# name: /m.test(normal) ? /^(?=# name: )/m : undefined;
  if (start === undefined) return undefined;
  const parts = normal.split(start).filter((part) => /^(?:exports\[`|# name: )/.test(part));
  return new Map(parts.map((part) => [nameOf(part), part.trimEnd()]));
}

function nameOf(part: string): string {
  return (/^exports\[`((?:[^`\\]|\\.){0,500})`\]/.exec(part)?.[1] ?? part.split('\n')[0]?.slice(8) ?? '').trim();
}
