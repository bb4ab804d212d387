import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Holds 30 MB and makes garbage for two seconds without a pause, as a service under load does; prints its memory in MiB before and after pages were given back. */
const program = `
const { keepHeapSmall } = await import(process.argv[1]);
const give = Number(process.argv[2]);
const held = Array.from({ length: 200_000 }, (_, index) => ({ index, text: 'x' + index }));
using heap = keepHeapSmall(give);
const until = performance.now() + 2_000;
for (let round = 0; performance.now() < until; round += 1) {
  const some = Array.from({ length: round % 100 === 0 ? 200_000 : 2_000 }, (_, index) => ({ index, text: 'y' + index }));
  held[round % held.length] = some[0];
  if (round % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
const { rss, heapTotal } = process.memoryUsage();
console.log(Math.round((rss - heapTotal) / 2 ** 20));
`;

it('what no object needs is given back also where there is never a pause', () => {
  const module = fileURLToPath(new URL('../../src/cli/keep-heap-small.ts', import.meta.url));
  const besideHeap = (everyMs: number): number => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program, module, String(everyMs)], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return Number(stdout);
  };
  // Of the program itself and its libraries there are some 40 MiB in both.
  const [given, kept] = [besideHeap(100), besideHeap(60_000)];
  expect(given).toBeLessThan(kept - 10);
});
