import type { Ecosystem } from '../../src/domain/checks.ts';
import { commandOf, type Detected, type EcosystemEntry } from '../../src/evaluation/checks/ecosystems/ecosystem.ts';

const marks = ['justfile', 'Justfile', '.justfile'] as const;

/** Projects whose commands are recipes of `just`: those called build, test and lint are its checks. */
export function just(name: Ecosystem): EcosystemEntry {
  return {
    name,
    marks,
    runners: [],
    async detect(reader) {
      for (const mark of marks) {
        const text = await reader.readFile(mark);
        if (text !== undefined) return detected(recipesOf(text));
      }
      return undefined;
    },
  };
}

function detected(recipes: ReadonlySet<string>): Detected {
  const command = (recipe: string) => (recipes.has(recipe) ? commandOf(['just', recipe]) : undefined);
  const [build, test, lint] = [command('build'), command('test'), command('lint')];
  return {
    ...(build === undefined ? {} : { build }),
    ...(test === undefined ? {} : { test: { ...test, runner: 'unknown' } }),
    ...(lint === undefined ? {} : { lint }),
    reasons: [
      'No install: none is known for a justfile.',
      ...(build === undefined ? ['No build: there is no recipe called build.'] : []),
      ...(test === undefined ? ['No tests: there is no recipe called test.'] : []),
      ...(lint === undefined ? ['No linter: there is no recipe called lint.'] : []),
    ],
  };
}

/** A recipe is a name at the beginning of a line, with parameters perhaps, and a colon; `:=` makes a variable. */
function recipesOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^@?([a-z][\w-]*)[^:\n]*:(?!=)/gim)].map(([, name = '']) => name));
}
