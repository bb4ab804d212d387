import { join } from 'node:path';
import { hitName } from '../edits/instrument.ts';
import type { Observation, Oracle, Texts } from '../search/oracle.ts';
import { testId } from '../warm/test-oracle.ts';
import { withProbes } from './prelude.ts';
import type { ColdProject } from './run-cold.ts';
import { clearHits, readSpectra, type Spectra } from './spectra.ts';
import { stageFiles } from './stage.ts';
import { createTogether, type Outcomes } from './together.ts';

export interface ColdOracleOptions {
  readonly project: ColdProject;
  /** Relative paths of the test files with failures. */
  readonly files: readonly string[];
  /** Real path of the folder for what processes write. */
  readonly scratch: string;
  /** Wall time that one run took with the code as it is, and that one may take, in ms. */
  readonly aloneMs: number;
  readonly limitMs: number;
  /** How each test ends with the code as it is, where candidates can be run together; absent where each has to be a process of its own. */
  readonly together?: Outcomes;
  /** Tells people about the search. */
  readonly say: (text: string) => void;
}

/**
 * The oracle of tests that only their own runner runs as they are meant, on the copy. Candidates are run together in one process where
 * that makes no difference, else in one process each, tens of times slower than a warm one. What could be offered is run alone.
 */
export function createColdOracle({ project, files, scratch, aloneMs, limitMs, together, say }: ColdOracleOptions): Oracle {
  const hitsFolder = join(scratch, 'hits');
  const stage = stageFiles(project.directory);
  const probed = (text: string) => withProbes(text, hitsFolder);
  let outside: ReadonlySet<string> = new Set();
  let told = false;

  const run = async (sources: Texts): Promise<Observation> => {
    const counted = [...sources.values()].some((text) => text.includes(`${hitName}(`) || text.includes(`(${hitName})`));
    if (counted) clearHits(hitsFolder);
    stage.put(new Map([...sources].map(([path, text]) => [path, probed(text)])));
    const ran = await project.run(files, limitMs);
    if (ran.kind === 'died') return ran;
    const spectra = counted ? readSpectra(hitsFolder, (file) => project.relative(file)) : undefined;
    if (spectra !== undefined && !told) {
      told = true;
      outside = filesWith(sources, spectra.outside);
      say(whatIsTold(spectra, files));
    }
    const cases = ran.cases
      .filter(({ status }) => status !== 'skipped')
      .map(({ file, name, status, message }) => {
        const test = { file: project.relative(file), name };
        return {
          id: testId(test),
          passed: status === 'passed',
          ...(message === undefined ? {} : { message }),
          ...(spectra === undefined ? {} : { hits: spectra.hitsOf(test.file, test.name) }),
        };
      });
    return { kind: 'ran', ticks: 0, ranDry: false, cases };
  };

  const several =
    together === undefined
      ? undefined
      : createTogether({ project, stage, files, expected: together, aloneMs, limitMs, probed, outside: () => outside });
  return {
    failingIsAll: true,
    run,
    async runEach(candidates, step) {
      if (step === 'failing' && several?.worthwhile() === true) {
        const observations = await several.observe(candidates);
        if (observations.length > 0) return observations;
        if (!several.worthwhile())
          say('several candidates in one process do not end as they should: from here on each has a process of its own');
      }
      return [await run(candidates[0] ?? new Map())];
    },
  };
}

/** Files that hold one of these statements. */
function filesWith(sources: Texts, statements: ReadonlySet<number>): ReadonlySet<string> {
  const holds = (text: string) =>
    [...text.matchAll(new RegExp(`${hitName}\\((\\d+)\\)`, 'g'))].some(([, number]) => statements.has(Number(number)));
  return new Set([...sources].filter(([, text]) => statements.size > 0 && holds(text)).map(([path]) => path));
}

function whatIsTold(spectra: Spectra, files: readonly string[]): string {
  const untold = files.filter((file) => !spectra.tells(file));
  if (untold.length === 0) return 'it is known of each test which statements it runs';
  return `which of the tests runs a statement is not told for ${untold.slice(0, 5).join(', ')}: what its tests run together counts for each of them`;
}
