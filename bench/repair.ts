/**
 * Defects of HumanEvalFix (JavaScript) that the repair agent's search mends, judged by the full assertions.
 *
 * The same search and the same worker processes as the agent's; only what is run differs: a program with assertions
 * instead of a project's tests. The data is read from the path given, and is not part of this project.
 *
 *     npm run bench -- repair <humanevalfix-js.jsonl> [--candidates 2000] [--seconds 60] [--limit n] [--at-once 2] [--json]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { attemptRepair, readBugs, type Attempted, type Bug } from './support/humaneval-fix.ts';
import { atLeast, figure, report, type Figure } from './support/figures.ts';
import { median, percentile } from './support/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    candidates: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '60' },
    limit: { type: 'string' },
    'at-once': { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});

async function main(path: string | undefined): Promise<void> {
  if (path === undefined || !existsSync(path)) {
    console.error(
      `${path === undefined ? 'The data is missing' : `There is no file ${path}`}: this benchmark reads HumanEvalPack "fix" for JavaScript as JSON lines (octopack, MIT) and does not bring it along. Give its path: npm run bench -- repair <humanevalfix-js.jsonl>`,
    );
    process.exitCode = 2;
    return;
  }
  const bugs = readBugs(path).slice(0, values.limit === undefined ? undefined : Number(values.limit));
  const folder = mkdtempSync(`${tmpdir()}/miyabi-bench-repair-`);
  try {
    const before = process.cpuUsage();
    const attempted = await attemptAll(bugs, folder);
    const used = process.cpuUsage(before);
    const workers = attempted.reduce((sum, each) => sum + each.cpuMs, 0);
    report('repair', figures(attempted, (workers + (used.user + used.system) / 1000) / 1000), { json: values.json });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function attemptAll(bugs: readonly Bug[], folder: string): Promise<Attempted[]> {
  const queue = [...bugs];
  const attempted: Attempted[] = [];
  const work = async () => {
    for (let bug = queue.shift(); bug !== undefined; bug = queue.shift()) {
      const result = await attemptRepair(bug, { candidates: Number(values.candidates), seconds: Number(values.seconds), folder });
      attempted.push(result);
      const outcome = result.rank === undefined ? `not fixed (${result.why})` : `fixed by candidate ${result.rank}: ${result.rules}`;
      console.log(
        `${attempted.length}/${bugs.length} ${bug.id} (${bug.type}): ${outcome}; ${result.tried} tried in ${(result.ms / 1000).toFixed(1)} s`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, work));
  return attempted;
}

function figures(attempted: readonly Attempted[], cpuSeconds: number): Figure[] {
  const fixed = attempted.filter(({ rank }) => rank !== undefined);
  const ranks = fixed.flatMap(({ rank }) => (rank === undefined ? [] : [rank]));
  const tried = attempted.reduce((sum, each) => sum + each.tried, 0);
  const types = [...new Set(attempted.map(({ type }) => type))].toSorted();
  return [
    figure('fixed-share', (100 * fixed.length) / attempted.length, '%', {
      goal: atLeast(70),
      detail: `${fixed.length} of ${attempted.length} pass the full assertions, ${values.candidates} candidates and ${values.seconds} s a bug at most`,
    }),
    figure('fixed', fixed.length, 'bugs', { detail: `of ${attempted.length}` }),
    ...types.map((type) => {
      const all = attempted.filter((each) => each.type === type);
      const mended = all.filter(({ rank }) => rank !== undefined).length;
      return figure(`fixed: ${type}`, (100 * mended) / all.length, '%', { detail: `${mended} of ${all.length}` });
    }),
    ...[10, 50, 100, 200, 1000].map((limit) =>
      figure(`fixed within ${limit}`, ranks.filter((rank) => rank <= limit).length, 'bugs', {
        detail: 'rank of the first candidate that passes',
      }),
    ),
    figure('rank', median(ranks), 'candidates', {
      detail: `median of the first that passes; 90 % below ${percentile(ranks, 0.9).toFixed(0)}`,
    }),
    figure('rate', tried / cpuSeconds, 'candidates/CPU-s', { detail: `${tried} candidates, CPU time of the workers and of the search` }),
    figure('time', median(attempted.map(({ ms }) => ms)) / 1000, 's', { detail: 'median a bug, wall time' }),
  ];
}

await main(positionals[0]);
