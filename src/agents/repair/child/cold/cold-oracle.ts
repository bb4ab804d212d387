import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hitName, tickName } from '../edits/instrument.ts';
import type { Observation, Oracle, Texts } from '../search/oracle.ts';
import { testId } from '../warm/test-oracle.ts';
import type { ColdProject } from './run-cold.ts';

/** Fuel of a whole run: tests share it here, so it is not measured but ample; a run has its time limit besides. */
const coldFuel = 50_000_000;

/**
 * The oracle of tests that only their own runner runs as they are meant: every candidate is a fresh process on
 * the copy. Tens of times slower than a warm one. Which test ran which statement is not known, only what the files ran together.
 *
 * @param files relative paths of the test files with failures.
 * @param limitMs wall time of one run.
 */
export function createColdOracle(project: ColdProject, files: readonly string[], scratch: string, limitMs: number): Oracle {
  const hitsFile = join(scratch, 'hits');
  /** Files that a candidate has changed, as they were. */
  const originals = new Map<string, string>();
  let last: { readonly key: string; readonly observation: Awaited<ReturnType<Oracle['run']>> } | undefined;
  const run = async (sources: Texts): Promise<Observation> => {
    const key = JSON.stringify([...sources]);
    if (last?.key === key) return last.observation;
    rmSync(hitsFile, { force: true });
    for (const [path, text] of originals) if (!sources.has(path)) writeFileSync(join(project.directory, path), text);
    for (const [path, text] of sources) {
      const place = join(project.directory, path);
      if (!originals.has(path)) originals.set(path, readFileSync(place, 'utf8'));
      writeFileSync(place, withProbes(text, hitsFile));
    }
    const ran = await project.run(files, limitMs);
    const hits = existsSync(hitsFile)
      ? [
          ...new Set(
            readFileSync(hitsFile, 'utf8')
              .split('\n')
              .filter((line) => line !== '')
              .map(Number),
          ),
        ]
      : [];
    const observation =
      ran.kind === 'died'
        ? ran
        : {
            kind: 'ran' as const,
            ticks: 0,
            ranDry: false,
            cases: ran.cases
              .filter(({ status }) => status !== 'skipped')
              .map(({ file, name, status, message }) => ({
                id: testId({ file: project.relative(file), name }),
                passed: status === 'passed',
                ...(message === undefined ? {} : { message }),
                hits,
              })),
          };
    last = { key, observation };
    return observation;
  };
  return { failingIsAll: false, run, runEach: async ([first = new Map()]) => [await run(first)] };
}

/**
 * What stands before a file's first statement. Comments there tell a transformer how JSX is meant, and directives whether
 * the code is strict: neither is seen behind a statement.
 */
const beforeCode = /^(?:#!.*)?(?:\s|\/\/.*|\/\*[^]*?\*\/|(['"])use [\w -]+\1(?:\s*;|(?=\s*\n)))*/;

/** The functions that instrumented code calls, defined in front of the file's own first statement, so that no line moves. */
export function withProbes(text: string, hitsFile: string): string {
  if (!text.includes(`${hitName}(`) && !text.includes(`${tickName}(`)) return text;
  const head = beforeCode.exec(text)?.[0] ?? '';
  const load = `process.getBuiltinModule('node:fs').appendFileSync`;
  const probes = `globalThis.__miyabiLeft__ ??= ${coldFuel}; globalThis.${tickName} ??= () => { if (--globalThis.__miyabiLeft__ < 0) throw new Error('out of fuel'); }; globalThis.${hitName} ??= (seen => (n) => { if (!seen.has(n)) { seen.add(n); ${load}(${JSON.stringify(hitsFile)}, n + '\\n'); } })(new Set());`;
  return `${head}${probes}${text.slice(head.length)}`;
}
