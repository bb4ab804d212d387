import type { CheckCommand } from '../../../domain/checks.ts';
import { commandOf, type DetectedTest, type EcosystemEntry } from './ecosystem.ts';

const marks = ['GNUmakefile', 'makefile', 'Makefile'] as const;

/** Projects of which nothing is known but the targets of their Makefile. make reads these files in this order, and so does this. */
export const make: EcosystemEntry = {
  name: 'make',
  marks,
  runners: [],
  async detect(reader) {
    for (const mark of marks) {
      const text = await reader.readFile(mark);
      if (text !== undefined) return detected(targetsOf(text));
    }
    return undefined;
  },
};

function detected(targets: ReadonlyMap<string, string>) {
  const first = (names: readonly string[]): string | undefined => names.find((name) => targets.has(name));
  const command = (name: string | undefined): CheckCommand | undefined => (name === undefined ? undefined : commandOf(['make', name]));
  const build = command(first(['build', 'all']));
  const typeCheck = command(first(['typecheck', 'type-check']));
  const test = testOf(first(['test', 'tests', 'check']), targets);
  const lint = command(first(['lint']));
  const format = command(first(['format-check', 'fmt-check', 'check-format', 'check-fmt']));
  return {
    ...(build === undefined ? {} : { build }),
    ...(typeCheck === undefined ? {} : { typeCheck }),
    ...(test === undefined ? {} : { test }),
    ...(lint === undefined ? {} : { lint }),
    ...(format === undefined ? {} : { format }),
    reasons: [
      'No install: none is known for a Makefile.',
      ...(build === undefined ? ['No build: the Makefile has no target called build or all.'] : []),
      ...(typeCheck === undefined ? ['No type check: the Makefile has no target called typecheck.'] : []),
      ...(test === undefined ? ['No tests: the Makefile has no target called test or check.'] : []),
      ...(lint === undefined ? ['No linter: the Makefile has no target called lint.'] : []),
      ...(format === undefined ? ['No format check: the Makefile has no target called format-check.'] : []),
      ...(test?.runner === 'unknown'
        ? ['Of the tests only the exit code is known; checks.testReport can name JUnit XML that make leaves.']
        : []),
    ],
  };
}

/** A runner that the recipe calls here, and not in a container or on another machine, reports as ever. */
function testOf(name: string | undefined, targets: ReadonlyMap<string, string>): DetectedTest | undefined {
  if (name === undefined) return undefined;
  const script = targets.get(name) ?? '';
  const isElsewhere = /\b(?:docker|podman|ssh|vagrant|kubectl)\b/.test(script);
  const isPlain = script
    .split('\n')
    .some((line) => /^[@-]*\s*(?:python[\d.]*\s+-m\s+)?(?:pytest|unittest|cargo\s+test)\b/.test(line.trim()));
  return { ...commandOf(['make', name]), script, ...(isElsewhere || !isPlain ? { runner: 'unknown' } : {}) };
}

/** The targets of a Makefile with their recipes, as far as they stand there by name. */
function targetsOf(text: string): ReadonlyMap<string, string> {
  const targets = new Map<string, string>();
  let current: readonly string[] = [];
  for (const line of text.split('\n')) {
    const isRecipe = line.startsWith('\t');
    if (isRecipe) for (const name of current) targets.set(name, `${targets.get(name) ?? ''}${line.trim()}\n`);
    else if (line.trim() !== '' && !line.startsWith('#')) {
      const rule = /^([A-Za-z][\w ./-]{0,200}?)\s{0,20}::?(?!=)(.*)$/.exec(line);
      current = rule?.[1]?.split(/\s+/) ?? [];
      for (const name of current) if (!targets.has(name)) targets.set(name, '');
    }
  }
  return targets;
}
