/**
 * The word that was most likely meant: the one that is fewest letters away (put in, left out or changed), where that is at most a third of the
 * letters that were written.
 *
 * @returns undefined where none is near.
 */
export function closestWord(written: string, words: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(written.length / 3));
  const near = words
    .map((word) => ({ word, letters: lettersApart(written.toLowerCase(), word.toLowerCase()) }))
    .filter(({ letters }) => letters <= most);
  return near.toSorted((one, other) => one.letters - other.letters)[0]?.word;
}

/** The distance of Levenshtein, a row of its table at a time. */
function lettersApart(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, letter] of one.split('').entries()) {
    const here = [row + 1];
    for (let column = 0; column < other.length; column += 1) {
      const changed = above[column]! + (letter === other[column] ? 0 : 1);
      here.push(Math.min(changed, above[column + 1]! + 1, here[column]! + 1));
    }
    above = here;
  }
  return above.at(-1)!;
}
