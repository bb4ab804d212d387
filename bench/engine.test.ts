/** @module-tag campaign */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot, runNode } from '../scripts/testing/run-program.ts';
import { commitsInLog } from './engine/write-ahead-log.ts';
import { inTurns, medianRatio, spread } from './support/rounds.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'engine-bench-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('a part of the benchmark runs alone and leaves nothing behind', async () => {
  const place = folder();
  const arguments_ = ['engine', '--only', 'submit', '--quick', '--json', '--folder', place];
  const { code, stdout } = await runNode(['bench/run.ts', ...arguments_], { cwd: projectRoot });
  expect(code).toBe(0);
  const { figures } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { readonly figures: readonly unknown[] };
  expect(figures).toContainEqual(expect.objectContaining({ name: 'transactions of that submit', value: 1, holds: true }));
  expect(readdirSync(place)).toEqual([]);
}, 60_000);

test('a part that does not exist is refused with the names of those that do', async () => {
  const { code, stderr } = await runNode(['bench/run.ts', 'engine', '--only', 'speed']);
  expect(code).toBe(2);
  expect(stderr).toContain('There is no part speed. There are: fsync, drain,');
});

test('the log of a database tells how many transactions were committed', () => {
  const file = join(folder(), 'some.db');
  using database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE note (text TEXT)');
  const before = commitsInLog(file);
  database.exec("BEGIN; INSERT INTO note VALUES ('a'); INSERT INTO note VALUES (hex(zeroblob(20000))); COMMIT");
  database.exec("INSERT INTO note VALUES ('b')");
  expect(commitsInLog(file) - before).toBe(2);
});

test('sides are measured in turns, every other round backwards', async () => {
  const order: string[] = [];
  const side = (name: string) => async () => order.push(name);
  const counts = await inTurns({ a: side('a'), b: side('b') }, { rounds: 3 });
  expect(order.join('')).toBe('abbaab');
  expect(counts).toEqual({ a: [1, 4, 5], b: [2, 3, 6] });
});

test('past its time a comparison ends after three rounds', async () => {
  const rounds = await inTurns({ only: async () => 1 }, { rounds: 9, budgetMs: -1 });
  expect(rounds.only).toHaveLength(3);
});

test('a ratio is taken round by round', () => {
  expect(medianRatio([10, 40, 90], [10, 20, 30])).toBe(2);
  expect(spread([1, 3, 250], 'ms')).toBe('median of 3, 1 to 250 ms');
});
