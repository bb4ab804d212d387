/** How the tools that check a format name a file that is not formatted, one a line. `gofmt -l` and `rustfmt --check -l` print only its path. */
const sentences = [
  /^[Ww]ould reformat:? (.+)$/, // black, ruff
  /^\[warn\] (.+)$/, // prettier
  /^Diff in (.+?)(?: at line \d{1,9})?:(?:\d{1,9}:)?$/, // rustfmt
] as const;

/**
 * Reads which files are not formatted, from what a tool that checks it printed on stdout and stderr.
 *
 * @param options.paths every line that could be a path is one, as `gofmt -l` prints them.
 */
export function parseUnformatted(text: string, options: { readonly paths: boolean }): readonly string[] {
  const files = text.split('\n').flatMap((line) => {
    const row = line.trimEnd();
    if (row === '' || row.length > 4_000) return [];
    const told = sentences.flatMap((sentence) => sentence.exec(row)?.[1] ?? [])[0];
    if (told !== undefined) return [told];
    return options.paths && !/^\s|: /.test(row) ? [row] : [];
  });
  return [...new Set(files)];
}
