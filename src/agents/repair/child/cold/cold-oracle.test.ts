import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { coldSamples, type ColdSample } from '../../testing/cold-projects.ts';
import { applyWithInsertions, hitInsertions, tickInsertions } from '../edits/instrument.ts';
import { parseSource } from '../edits/parse.ts';
import { survey } from '../edits/survey.ts';
import { applyEdits } from '../edits/text.ts';
import type { Observation } from '../search/oracle.ts';
import { createColdOracle } from './cold-oracle.ts';
import { runsTogether } from './frameworks.ts';
import { copyProject } from './run-cold.ts';
import { endAlikeTogether, outcomesOf } from './together.ts';

const house = fileURLToPath(new URL('../../../../../', import.meta.url));
const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The sample in a folder of its own, with the oracle as a search gets it. */
async function oracleOf(sample: ColdSample) {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'miyabi-cold-')));
  made.push(top);
  const [directory, scratch] = [join(top, 'project'), join(top, 'scratch')];
  mkdirSync(scratch);
  for (const [path, text] of Object.entries(sample.files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  symlinkSync(`${house}node_modules`, join(directory, 'node_modules'));
  const environment = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: scratch, TMPDIR: scratch };
  const script = sample.framework === 'node:test' ? 'node --require ./register.cjs --test' : '';
  const project = copyProject({ nodeBinary: process.execPath, directory, framework: sample.framework, environment, scratch, script });
  const files = [sample.testFile];
  const base = await project.run(files, 60_000);
  if (base.kind === 'died') throw new Error(base.reason);
  const outcomes = outcomesOf(base.cases.map((each) => ({ ...each, file: project.relative(each.file) })));
  const alike = runsTogether(sample.framework) && (await endAlikeTogether(project, files, outcomes, 60_000));
  const said: string[] = [];
  const oracle = createColdOracle({
    project,
    files,
    scratch,
    aloneMs: 1000,
    limitMs: 60_000,
    say: (text) => said.push(text),
    ...(alike ? { together: outcomes } : {}),
  });
  return { oracle, said, alike, copy: project.directory, directory };
}

function read(sample: ColdSample, path: string) {
  return survey(parseSource(path, sample.files[path] ?? '')!);
}

/** Of each test the statements that it ran, by how they begin, where they are in no other statement. */
async function statementsOf(sample: ColdSample, oracle: Awaited<ReturnType<typeof oracleOf>>['oracle']) {
  const beginnings: string[] = [];
  const texts = sample.sources.map((path) => {
    const own = read(sample, path);
    const text = applyEdits(own.source.text, [...tickInsertions(own), ...hitInsertions(own, beginnings.length)]);
    for (const { path: node } of own.sites) beginnings.push(own.source.text.slice(node.node.start ?? 0).slice(0, 12));
    return [path, text] as const;
  });
  const observation = await oracle.run(new Map(texts), 'all', 0);
  if (observation.kind === 'died') throw new Error(observation.reason);
  return new Map(
    observation.cases.map(({ id, passed, hits }) => [
      id
        .split(' > ')
        .slice(1)
        .join(' ')
        .replace(/^cart /, ''),
      { passed, ran: new Set(hits?.map((hit) => beginnings[hit])) },
    ]),
  );
}

const sampleOf = (framework: string) => coldSamples.find((each) => each.framework === framework)!;

test.each(coldSamples.map(({ framework }) => framework))(
  'it is known which test of a JSX project under %s runs which statements',
  async (framework) => {
    const sample = sampleOf(framework);
    const { oracle, said } = await oracleOf(sample);

    const tests = await statementsOf(sample, oracle);

    expect(said).toEqual(['it is known of each test which statements it runs']);
    expect([...tests].filter(([, { passed }]) => !passed).map(([name]) => name)).toEqual(['sums up']);
    expect(tests.get('is empty')?.ran).toContain('return <p>no');
    expect(tests.get('is empty')?.ran).not.toContain('const sum = ');
    expect(tests.get('is empty')?.ran).not.toContain('return <li>{');
    for (const name of ['has lines', 'sums up']) {
      expect(tests.get(name)?.ran).toContain('const sum = ');
      expect(tests.get(name)?.ran).toContain('return <li>{');
      expect(tests.get(name)?.ran).not.toContain('return <p>no');
    }
    if (!sample.sources.includes('count.js')) return;
    expect(tests.get('starts a program')?.ran).toContain('const count ');
    expect(tests.get('sums up')?.ran).not.toContain('const count ');
    if (!sample.sources.includes('wait.js')) return;
    expect(tests.get('at once one')?.ran).toContain('const one = ');
    expect(tests.get('at once one')?.ran).not.toContain('const other ');
    expect(tests.get('at once other')?.ran).toContain('const other ');
    expect(tests.get('at once')?.ran).toContain('const one = ');
    expect(tests.get('sums up')?.ran).not.toContain('const one = ');
  },
);

/** The failing tests, or what became of the process. */
function failuresIn(observation: Observation): readonly string[] {
  if (observation.kind === 'died') return [observation.reason];
  return observation.cases.filter(({ passed }) => !passed).map(({ id }) => id.split(' > ').at(-1) ?? '');
}

/** A candidate for the sample's component, as a search makes it. */
function candidateFor(sample: ColdSample, before: string, after: string) {
  const own = read(sample, 'cart.tsx');
  const start = own.source.text.indexOf(before);
  const edit = { start, end: start + before.length, text: after };
  return new Map([['cart.tsx', applyWithInsertions(own.source.text, [edit], tickInsertions(own))]]);
}

test.each(['vitest', 'jest'])(
  'candidates for TSX run together by %s do what each does alone',
  { tags: ['campaign'] },
  async (framework) => {
    const sample = sampleOf(framework);
    const { oracle, alike, copy, directory } = await oracleOf(sample);
    const candidates = (
      [
        ['all - cents', 'all + cents', []],
        ['=== 0', '!== 0', ['is empty', 'has lines', 'sums up']],
        ['nothing', 'empty', ['is empty', 'sums up']],
        // Neither a loop without an end nor an error is a reason for the others to end otherwise.
        ['return <li>', 'for (;;) items; return <li>', ['has lines', 'sums up']],
        ['<Line item={item} />', '<Line item={undefined} />', ['has lines', 'sums up']],
        ['all - cents', 'all + 2 * cents - cents', []],
      ] as const
    ).map(([before, after, failing]) => ({ texts: candidateFor(sample, before, after), failing }));

    expect(alike).toBe(true);
    const observations = await oracle.runEach(
      candidates.map(({ texts }) => texts),
      'failing',
      0,
    );

    expect(observations).toHaveLength(candidates.length);
    expect(observations.map(failuresIn)).toEqual(candidates.map(({ failing }) => failing));
    const [alone] = await oracle.runEach([candidates[1]!.texts], 'fresh', 0);
    expect(failuresIn(alone!)).toEqual(candidates[1]?.failing);
    await oracle.run(new Map(), 'all', 0);
    expect(readFileSync(join(copy, 'cart.tsx'), 'utf8')).toBe(sample.files['cart.tsx']);
    expect(readFileSync(join(directory, 'cart.tsx'), 'utf8')).toBe(sample.files['cart.tsx']);
  },
);

test(
  'a candidate that ends the process of jest takes no other along, and one without valid syntax is not run',
  { tags: ['campaign'] },
  async () => {
    const sample = sampleOf('jest');
    const { oracle } = await oracleOf(sample);
    let waiting = [
      candidateFor(sample, 'all - cents', 'all + cents'),
      candidateFor(sample, 'all - cents', 'all -'),
      candidateFor(sample, 'const sum', 'process.exit(0); const sum'),
      candidateFor(sample, 'all - cents', 'cents + all'),
    ];
    const seen: (readonly string[])[] = [];
    while (waiting.length > 0) {
      const observations = await oracle.runEach(waiting, 'failing', 0);
      seen.push(...observations.map(failuresIn));
      waiting = waiting.slice(observations.length);
    }

    expect(seen).toEqual([[], ['the file has no valid syntax'], ['the runner left no report'], []]);
  },
);
