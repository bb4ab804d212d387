import { appendFileSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { folderDailyLog } from './daily-log.ts';
import { sqliteLocks } from './lock/sqlite-locks.ts';

it('writes each entry once, in the file of its day, also where several write at the same time', async () => {
  await using place = await temporaryFolder();
  const folder = join(place.path, 'ai/logs');
  const logs = [1, 2, 3].map(() => folderDailyLog(folder, sqliteLocks(join(place.path, 'locks'))));
  const first = { id: 'one:1', at: Date.UTC(2026, 0, 2, 23, 59, 59), text: '## 23:59:59 run_1 task-1: Repair\n\n- Status: succeeded' };
  const second = { id: 'two:9 --> <b>', at: Date.UTC(2026, 0, 3), text: '## 00:00:00 run_1 review: Review\n' };
  await Promise.all(logs.flatMap((log) => [log.append(first), log.append(second)]));
  expect(readdirSync(folder).toSorted()).toEqual(['2026-01-02.md', '2026-01-03.md']);
  expect(readFileSync(join(folder, '2026-01-02.md'), 'utf8')).toBe(
    '# 2026-01-02\n\n## 23:59:59 run_1 task-1: Repair\n\n- Status: succeeded\n<!-- one:1 -->\n',
  );
  expect(readFileSync(join(folder, '2026-01-03.md'), 'utf8').match(/## 00:00:00/g)).toHaveLength(1);
});

it('finds an entry wherever it stands in a long day, also at the edge of what is read at once', async () => {
  await using place = await temporaryFolder();
  const log = folderDailyLog(place.path, sqliteLocks(join(place.path, 'locks')));
  const file = join(place.path, '2026-01-02.md');
  const entry = { id: 'one:1', at: Date.UTC(2026, 0, 2), text: '## again' };
  const mark = '<!-- one:1 -->';
  for (const piece of [1, 2])
    for (let before = 0; before <= mark.length + 1; before += 1) {
      const text = `${'x'.repeat(piece * 256 * 1024 - before)}${mark}\n${'y'.repeat(1_000)}`;
      writeFileSync(file, text);
      await log.append(entry);
      expect(statSync(file).size, `${before} before the edge ${piece}`).toBe(text.length);
    }
});

it('writes on in a file that is longer than a text can be', async () => {
  await using place = await temporaryFolder();
  const log = folderDailyLog(place.path, sqliteLocks(join(place.path, 'locks')));
  const file = join(place.path, '2026-01-02.md');
  // Sparse: it takes no room.
  appendFileSync(file, '# 2026-01-02\n');
  truncateSync(file, 600 * 1024 * 1024);
  const entry = { id: 'one:1', at: Date.UTC(2026, 0, 2), text: '## late' };
  for (let time = 0; time < 2; time += 1) await log.append(entry);
  expect(statSync(file).size).toBe(600 * 1024 * 1024 + '\n## late\n<!-- one:1 -->\n'.length);
});
