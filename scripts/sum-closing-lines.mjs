/**
 * Adds up the last lines of several runs of the tests, `N passed, N failed` each: `node scripts/sum-closing-lines.mjs <log> ...` prints the one line
 * for all of them, after what failed or was unsteady: the end of a long output is where it is looked for. A log without such a line counts as a failure.
 * Ends with 1 where anything failed. Any Node from 18 on runs it.
 */
import { readFileSync } from 'node:fs';

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const last = lines.pop() || '';
  const found = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(last);
  // What stands right before the counts; a test may have printed something like it.
  const closing = lines.slice(lines.findLastIndex((line) => !/^(skipped|unsteady|failed): /.test(line)) + 1);
  for (const line of closing) if (!line.startsWith('skipped: ')) console.log(line);
  if (!found) console.log(`failed: ${file} ends without a line that counts its tests`);
  counts.passed += Number(found ? found[1] : 0);
  counts.failed += Number(found ? found[2] : 1);
  counts.skipped += Number((found && found[3]) || 0);
}
console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
