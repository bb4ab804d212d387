/**
 * Says which branches of the pure domain the tests leave out: `node scripts/branches.mjs`, or
 * `node scripts/branches.mjs src/domain/transition.test.ts` for what one test takes. Ends with 1 if one is left out or a test
 * fails. An `if` has two branches also without its `else`, and each operand of `&&`, `||` and `??` is one.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInstrumenter } from 'istanbul-lib-instrument';
import { startVitest } from 'vitest/node';
import { pureDomain } from './support/pure-domain.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Counts in the TypeScript itself, before vitest takes its types away, so that lines are those of the source. */
function counting(files) {
  const instrumenter = createInstrumenter({ esModules: true, parserPlugins: ['typescript'] });
  return {
    name: 'count-branches',
    enforce: 'pre',
    transform: (code, id) => (files.includes(id) ? { code: instrumenter.instrumentSync(code, id), map: null } : undefined),
  };
}

/**
 * @param {import('istanbul-lib-coverage').FileCoverage} coverage
 * @returns {{ line: number, what: string, taken: boolean }[]} every branch of one file
 */
function branchesOf(coverage) {
  const { branchMap, b: counts } = coverage.data;
  return Object.entries(branchMap).flatMap(([key, { type, loc, locations }]) =>
    locations.map(({ start }, index) => ({
      // An `else` that is not written has no place of its own.
      line: start.line ?? loc.start.line,
      what: `${type}, branch ${index + 1} of ${locations.length}`,
      taken: counts[key][index] > 0,
    })),
  );
}

async function main() {
  const files = pureDomain.map((file) => path.join(root, file));
  const tests = process.argv.length > 2 ? process.argv.slice(2) : ['src/domain/'];
  const customProviderModule = path.join(root, 'scripts/support/branch-provider.mjs');
  const coverage = { enabled: true, provider: 'custom', customProviderModule };
  const vitest = await startVitest('test', tests, { root, watch: false, reporters: ['minimal'], coverage }, { plugins: [counting(files)] });
  const taken = await vitest.coverageProvider.generateCoverage();
  await vitest.close();

  const unloaded = files.filter((file) => !taken.files().includes(file));
  const loaded = files.filter((file) => !unloaded.includes(file));
  const all = loaded.flatMap((file) => branchesOf(taken.fileCoverageFor(file)).map((branch) => ({ ...branch, file })));
  const leftOut = all.filter((branch) => !branch.taken);
  for (const file of unloaded) console.log(`${path.relative(root, file)} is loaded by no test`);
  for (const { file, line, what } of leftOut) console.log(`${path.relative(root, file)}:${line} ${what}`);
  console.log(`${all.length - leftOut.length} of ${all.length} branches taken in ${loaded.length} of ${files.length} files`);
  if (unloaded.length + leftOut.length > 0) process.exitCode = 1;
}

await main();
