import type { Survey } from '../../survey.ts';

/** The text with one of the numbers in it one more or one less, in each possible way. */
export function withAnotherNumber(text: string): string[] {
  return [...text.matchAll(/(?<![\w$.])\d+(?![\w$.])/g)].flatMap((match) => {
    const [before, after] = [text.slice(0, match.index), text.slice(match.index + match[0].length)];
    return [Number(match[0]) + 1, Number(match[0]) - 1].map((value) => `${before}${value}${after}`);
  });
}

/** The text with its first string exchanged for another of the file. */
export function withAnotherString(text: string, strings: readonly string[]): string[] {
  const match = /(['"])([^'"\\]*)\1/.exec(text);
  if (match === null) return [];
  return strings.slice(0, 8).map((value) => text.replace(match[0], `${match[1]}${value.replaceAll(match[1] ?? '', '')}${match[1]}`));
}

/** A string literal in the quotes that the file uses. */
export function written(value: string, survey: Survey): string {
  const quoted = JSON.stringify(value);
  return survey.source.text.split("'").length > survey.source.text.split('"').length && !quoted.includes("'")
    ? `'${quoted.slice(1, -1)}'`
    : quoted;
}
