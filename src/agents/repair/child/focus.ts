/** A failing test, by the file that holds it and its full name. */
export interface NamedTest {
  readonly file: string;
  readonly name: string;
}

const ordinary = new Set(
  'the and for with from that this when then should must test tests fails failing wrong return returns value values error fix bug file code does not into than all any its was are has have been instead'.split(
    ' ',
  ),
);

/**
 * Which failing tests a task is about. Where some test files or suites are named in its title (failing that, in its
 * text) and others are not, only the named ones; otherwise all: a title that names nothing must not hide a failure.
 */
export function focusOn<Test extends NamedTest>(tests: readonly Test[], title: string, instructions: string): readonly Test[] {
  const groups = Map.groupBy(tests, groupOf);
  if (groups.size < 2) return tests;
  for (const text of [title, instructions]) {
    const words = new Set(wordsOf(text));
    const scored = [...groups].map(([group, members]) => ({ members, score: wordsOf(group).filter((word) => words.has(word)).length }));
    const best = Math.max(...scored.map(({ score }) => score));
    const named = scored.filter(({ score }) => score === best && score > 0);
    if (named.length > 0 && named.length < scored.length) return named.flatMap(({ members }) => members);
  }
  return tests;
}

/** File and outermost suite: what stands together there is about one thing. */
function groupOf({ file, name }: NamedTest): string {
  const suites = name.split(' > ');
  return suites.length > 1 ? `${file} ${suites[0]}` : file;
}

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z_$][a-z0-9_$-]{2,}/g);
  return [...new Set(words ?? [])].filter((word) => !ordinary.has(word) && !/^(spec|src|lib|index|js|ts|mjs|cjs)$/.test(word));
}
