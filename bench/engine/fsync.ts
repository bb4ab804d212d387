import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { measurement } from '../support/child.ts';
import { figure } from '../support/figures.ts';
import { inTurns } from '../support/rounds.ts';
import { percentile } from '../support/statistics.ts';
import { fileSystem } from './file-system.ts';
import type { Part } from './part.ts';

const page = Buffer.alloc(4_096, 1);

/** A file to which a page at a time is appended and flushed: the least that a commit which survives a power cut can cost. */
export class FlushedFile implements Disposable {
  readonly #file: number;

  constructor(folder: string) {
    this.#file = openSync(join(folder, 'flushed'), 'w');
  }

  /** How long one took, in ms. */
  flush(): number {
    const begun = performance.now();
    writeSync(this.#file, page);
    fsyncSync(this.#file);
    return performance.now() - begun;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

export const flushes = measurement(import.meta, async ({ samples }: { readonly samples: number }, folder) => {
  using file = new FlushedFile(folder);
  using database = new DatabaseSync(join(folder, 'commits.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE row (value INTEGER)');
  const insert = database.prepare('INSERT INTO row VALUES (1)');
  const fsyncMs: number[] = [];
  const commitMs: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    fsyncMs.push(file.flush());
    const begun = performance.now();
    insert.run();
    commitMs.push(performance.now() - begun);
  }
  return { fsyncMs, commitMs };
});

/** The raw commit limit of the disk. */
export const fsync: Part = {
  name: 'fsync',
  measure: async (bench) => {
    const samples = bench.quick ? 100 : 300;
    const { disk } = await inTurns({ disk: () => bench.measure(flushes, { samples }) }, { rounds: bench.rounds, budgetMs: 10_000 });
    const fsyncMs = disk.flatMap((round) => round.fsyncMs);
    const commitMs = disk.flatMap((round) => round.commitMs);
    const place = `${fsyncMs.length} pages of 4 KiB appended on ${fileSystem(bench.folder())}`;
    return {
      figures: [
        figure('fsync p50', percentile(fsyncMs, 0.5), 'ms', { detail: place }),
        figure('fsync p99', percentile(fsyncMs, 0.99), 'ms'),
        figure('one-row commit p50', percentile(commitMs, 0.5), 'ms', {
          detail: `node:sqlite, WAL, synchronous=FULL; p99 ${percentile(commitMs, 0.99).toPrecision(3)} ms`,
        }),
      ],
    };
  },
};
