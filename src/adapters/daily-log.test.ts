import { readFileSync, readdirSync } from 'node:fs';
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
