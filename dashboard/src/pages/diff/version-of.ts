/** A number that is another one for other values; what is shown is drawn anew when it changes. FNV-1a over their JSON. */
export function versionOf(values: readonly unknown[]): number {
  let hash = 0x81_1c_9d_c5;
  for (const character of JSON.stringify(values)) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93);
  return hash >>> 0;
}
