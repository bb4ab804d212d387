/**
 * Runs the tests: `npm test` all but the campaigns, `npm run test:campaigns` those, `npm test -- src/weaver` a part with its campaigns; other
 * arguments go to vitest as they are. The first two run on the product as it is published, built once, its programs linked into few files; a part runs on
 * the sources, so that it begins at once. Of the first two, the files of few tests that failed run once more, one by one. Ends with one line,
 * `N passed, N failed` (and `, N skipped`), after a line for each test that was skipped, unsteady or failed, which says why.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProduct } from './support/built-product.mjs';
import { campaignFiles } from './support/campaign-files.mjs';
import { closingLines, nothingKnown } from './support/closing-lines.mjs';
import { bothTries, triedAgain } from './support/second-try.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(args, environment) {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', `--reporter=${path.join(root, 'scripts/support/summary-reporter.mjs')}`];
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  // An interrupt at the terminal reaches vitest by itself; its end is waited for, so that the last line is ours.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** What vitest is told: a filter, if any, and paths; whether that is more than a part which somebody works on; and files that it need not even load. */
function asked(args) {
  const isCampaigns = args.length === 1 && args[0] === '--campaigns';
  if (args.length > 0 && !isCampaigns) return { filter: [], paths: args, isWhole: false };
  const { whole, inPart } = campaignFiles(root);
  if (isCampaigns) return { filter: ['--tagsFilter=campaign'], paths: [...whole, ...inPart], isWhole: true };
  return { filter: ['--tagsFilter=!campaign'], paths: [], isWhole: true, leftOut: whole };
}

async function main() {
  if (Number(process.versions.node.split('.')[0]) < 24) {
    console.error(`The tests need Node 24, and this is Node ${process.versions.node}: run them with npm test, which brings it along.`);
    return 3;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'miyabi-tests-'));
  try {
    const { filter, paths, isWhole, leftOut = [] } = asked(process.argv.slice(2));
    const built = isWhole ? await buildProduct(root) : undefined;
    const summaryFile = path.join(folder, 'summary.json');
    const environment = {
      MIYABI_TEST_SUMMARY: summaryFile,
      MIYABI_TEST_LEFT_OUT: leftOut.join(','),
      ...(built === undefined ? {} : { MIYABI_TEST_PRODUCT: built }),
    };
    const tryOf = async (asIsSaid) => {
      rmSync(summaryFile, { force: true });
      const code = await run([...filter, ...asIsSaid], environment);
      return { code, summary: existsSync(summaryFile) ? JSON.parse(readFileSync(summaryFile, 'utf8')) : nothingKnown };
    };
    let ended = await tryOf(paths);
    const again = isWhole ? triedAgain(ended.summary) : [];
    if (again.length > 0) {
      console.log(`Once more, one by one, since tests of them failed: ${again.join(', ')}`);
      const second = await tryOf([...again, '--no-file-parallelism']);
      const summary = bothTries(ended.summary, second.summary);
      ended = { summary, code: summary.failed.length === 0 ? second.code : ended.code };
    }
    const { lines, passed } = closingLines(ended.summary, ended.code);
    for (const line of lines) console.log(line);
    return passed ? 0 : ended.code || 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
