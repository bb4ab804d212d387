/**
 * Choosing between five worlds with known truth: average, plain score, our choice, oracle, and what each stage is worth.
 *
 * Worlds are edits of HumanEvalFix (JavaScript) that all pass the visible examples: right ones pass the full assertions too, wrong ones do not.
 * Tests are drawn in the mix that has been published of language models' tests (`choice/authors.ts`). All code and all tests are run, and
 * judged by the product's own gates, score, inputs, cross-examination and choice. The data is read from the path given, and is not part of
 * this project. The same seed, and therefore the same figures, every time. What choosing costs is measured in a run of the product with five
 * agents of `--cost-seconds` each; 0 leaves it out.
 *
 *     npm run bench -- choice <humanevalfix-js.jsonl> [--draws 3] [--limit n] [--at-once 2] [--cost-seconds 30] [--json]
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readBugs } from './choice/bugs.ts';
import { costOfChoosing } from './choice/cost.ts';
import { choiceFigures } from './choice/figures.ts';
import { judgeAll } from './choice/judged.ts';
import { report } from './support/figures.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    draws: { type: 'string', default: '3' },
    limit: { type: 'string' },
    'at-once': { type: 'string', default: '2' },
    'cost-seconds': { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
  },
});

async function main(path: string | undefined): Promise<void> {
  if (path === undefined || !existsSync(path)) {
    console.error(
      `${path === undefined ? 'The data is missing' : `There is no file ${path}`}: this benchmark reads HumanEvalPack "fix" for JavaScript as JSON lines (octopack, MIT) and does not bring it along. Give its path: npm run bench -- choice <humanevalfix-js.jsonl>`,
    );
    process.exitCode = 2;
    return;
  }
  const tasks = Math.min(readBugs(path).length, Number(values.limit ?? Infinity));
  const outcomes = await judgeAll({
    path,
    tasks,
    draws: Number(values.draws),
    atOnce: Number(values['at-once']),
    onTask: (done) => {
      if (done % 20 === 0) console.log(`${done} of ${tasks} tasks`);
    },
  });
  const seconds = Number(values['cost-seconds']);
  const cost =
    seconds > 0 ? await costOfChoosing(seconds) : { figures: [], skipped: [{ name: 'cost of choosing', reason: 'Not asked for.' }] };
  report('choice', [...choiceFigures(outcomes), ...cost.figures], { json: values.json, skipped: cost.skipped });
}

await main(positionals[0]);
