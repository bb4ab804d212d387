/** @module-tag campaign */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobId } from '../../src/domain/ids.ts';
import { handle } from '../../src/weaver/handler.ts';
import { openTestEngine } from '../support/engine.ts';
import { programType } from '../support/engine-program.ts';
import { Program } from './program.ts';

const hourMs = 3_600_000;
const timing = { leaseMs: 4_000, heartbeatMs: 1_000, graceMs: 500, livenessMs: 500 };
/** A limit keeps even the lease of a living process from being renewed for ever. */
const budget = { attemptMs: 60_000 };
const library = fakeTime();

let folder: string;
let program: Program | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weaver-clocks-'));
});

afterEach(async () => {
  await program?.kill();
  program = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** The library that turns the clock of a process while it runs, the monotonic one left alone. */
function fakeTime(): string | undefined {
  const folders = ['/usr/lib', '/usr/lib64', '/usr/local/lib'].flatMap((root) => [root, ...(existsSync(root) ? within(root) : [])]);
  return folders.map((each) => join(each, 'faketime', 'libfaketimeMT.so.1')).find((path) => existsSync(path));
}

function within(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
    .map(({ name }) => join(root, name));
}

/** Sets the program's clock so many ms off the true time. */
function turnClock(ms: number): void {
  const file = join(folder, 'offset');
  // In one step: the program reads it every time that it asks what time it is.
  writeFileSync(`${file}.new`, `${ms < 0 ? '-' : '+'}${Math.abs(ms) / 1_000}\n`);
  renameSync(`${file}.new`, file);
}

interface Lease {
  readonly until: number;
  readonly limit: number;
  readonly startedAt: number;
}

function lease(jobId: JobId, key: string): Lease {
  using records = new DatabaseSync(join(folder, 'weaver.db'), { readOnly: true });
  const row = records.prepare('SELECT * FROM weaver_task WHERE job_id = ? AND key = ?').get(jobId, key);
  return { until: Number(row?.['lease_until']), limit: Number(row?.['lease_limit']), startedAt: Number(row?.['lease_started_at']) };
}

/** Resolves when the lease has been renewed so many times from now on. */
async function renewed(jobId: JobId, key: string, times: number): Promise<Lease> {
  let last = lease(jobId, key);
  for (let left = times; left > 0;) {
    await delay(50);
    const now = lease(jobId, key);
    if (now.until !== last.until) left -= 1;
    last = now;
  }
  return last;
}

const task = (key: string) => ({ type: 'test.program' as const, key, payload: {}, budget });

describe.each([
  { which: 'forwards', jump: 2 * hourMs },
  { which: 'backwards', jump: -2 * hourMs },
])('a clock that jumps two hours $which', ({ jump }) => {
  it('costs no lease, lets no wait last for hours and has nothing executed twice', async (context) => {
    if (library === undefined) return context.skip('libfaketime is not installed');
    turnClock(0);
    program = new Program(
      { folder, tasks: [task('hang'), task('later')], timing },
      {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: join(folder, 'offset'),
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        DONT_FAKE_MONOTONIC: '1',
      },
    );
    const { jobId } = await program.until('submitted');
    await program.until('started', 'hang');

    const finished = Promise.withResolvers<void>();
    const waiting = handle(programType, async ({ key }) => {
      await finished.promise;
      return { kind: 'success', result: key };
    });
    await using made = await openTestEngine([waiting], { folder, timing });
    const here = await made.engine.submit({ title: 'at the true time', tasks: [task('here')] });
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 2 });
    for await (const event of made.engine.events(jobId, { follow: true })) {
      if (event.type === 'task.state' && event.data.key === 'later' && event.data.state === 'pending') break;
    }
    await Promise.all([renewed(jobId, 'hang', 1), renewed(here.jobId, 'here', 1)]);
    const before = lease(jobId, 'hang');

    turnClock(jump);
    const [after] = await Promise.all([renewed(jobId, 'hang', 5), renewed(here.jobId, 'here', 5)]);
    expect(Math.abs(after.limit - before.limit - jump)).toBeLessThan(1_000);
    expect(Math.abs(after.startedAt - before.startedAt - jump)).toBeLessThan(1_000);
    expect(Math.abs(after.until - (Date.now() + jump))).toBeLessThan(timing.leaseMs + 1_000);

    program.finish();
    finished.resolve();
    expect(await program.until('settled')).toMatchObject({ state: 'completed' });
    expect(await worker.settled(here.jobId)).toBe('completed');
    expect(program.stderr).toBe('');
    const tasks = [jobId, here.jobId].map(async (id) => (await made.engine.result(id)).tasks);
    const shown = (await Promise.all(tasks)).flat().map(({ task: each, attempts }) => ({
      key: each.key,
      leasesLost: each.leasesLost,
      attempts: attempts.map(({ outcome }) => outcome),
    }));
    expect(shown).toEqual([
      { key: 'hang', leasesLost: 0, attempts: ['success'] },
      { key: 'later', leasesLost: 0, attempts: ['failure', 'success'] },
      { key: 'here', leasesLost: 0, attempts: ['success'] },
    ]);
  });
});
