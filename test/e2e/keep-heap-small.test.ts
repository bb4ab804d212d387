import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runNode } from '../../scripts/testing/run-program.ts';

/** Replaces what it holds without a pause, and then prints its memory in MiB: half a second later, and once pages were to be given back. */
const program = `
const { keepHeapSmall } = await import(process.argv[1]);
const tell = async () => {
  // Too short for V8 to take it for a pause, in which it would give them back by itself.
  await new Promise((resolve) => setTimeout(resolve, 500));
  console.log(process.memoryUsage().rss >> 20);
};
using seldom = keepHeapSmall(3_600_000);
const held = Array.from({ length: 300_000 }, (_, index) => ({ index, text: 'x' + index, list: [index] }));
for (let round = 0; round < 1_500; round += 1) {
  for (let index = 0; index < 3_000; index += 1) {
    held[(round * 3_000 + index) % held.length] = { index, text: 'y' + index + round, list: [index] };
  }
  if (round % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
await tell();
using often = keepHeapSmall(50);
await tell();
if (held.length !== 300_000) throw new Error('They were to be held.');
`;

it('what no object needs is given back also where V8 finds no pause', async () => {
  const module = fileURLToPath(new URL('../../src/cli/keep-heap-small.ts', import.meta.url));
  const { stdout, stderr } = await runNode(['--input-type=module', '--eval', program, module]);
  expect(stderr).toBe('');
  const [kept = 0, given = 0] = stdout.trim().split('\n').map(Number);
  expect(given).toBeLessThan(0.8 * kept);
});
