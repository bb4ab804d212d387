/** Text for PostgreSQL, which cannot hold U+0000. */
export function withoutNul(text: string): { readonly text: string; readonly replaced: number } {
  if (!text.includes('\0')) return { text, replaced: 0 };
  const parts = text.split('\0');
  return { text: parts.join('\uFFFD'), replaced: parts.length - 1 };
}
