// Control characters but tab and newline; direction overrides and isolates; zero-width and word joiners;
// the byte order mark; variation selectors and tag characters; lone surrogates. What they carry reaches a
// program and no reader.
const hidden = new RegExp(
  [
    String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]`,
    String.raw`[\u{fe00}-\u{fe0f}]`,
    String.raw`[\u{e0000}-\u{e0fff}]`,
    String.raw`[\ud800-\udfff]`,
  ].join('|'),
  'gu',
);

/** Text as a reader sees it: line ends as `\n`, no invisible characters, no HTML comments. */
export function visibleText(text: string): { readonly text: string; readonly hiddenCharacters: number } {
  const lines = text.replaceAll(/\r\n?/g, '\n');
  const visible = withoutInvisible(lines).replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '');
  return { text: visible, hiddenCharacters: lines.length - visible.length };
}

/** A source as a reader sees it in an editor: without characters that nobody sees; comments of HTML stay. */
export function withoutInvisible(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(hidden, '');
}
