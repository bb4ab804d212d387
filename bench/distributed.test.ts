/** @module-tag campaign */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot, runNode } from '../scripts/testing/run-program.ts';
import { noPostgres } from '../test/support/postgres.ts';

const reason = noPostgres();

test.skipIf(reason !== undefined)(
  `submits are measured beside bare inserts, and nothing is left behind${reason === undefined ? '' : ` (${reason})`}`,
  async () => {
    const place = mkdtempSync(join(tmpdir(), 'distributed-bench-'));
    onTestFinished(() => rmSync(place, { recursive: true, force: true }));
    const arguments_ = ['distributed', '--only', 'submit', '--quick', '--json', '--folder', place];
    const { code, stdout, stderr } = await runNode(['bench/run.ts', ...arguments_], { cwd: projectRoot });
    expect(code, stderr).toBe(0);
    const { figures } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { readonly figures: readonly unknown[] };
    expect(figures).toContainEqual(expect.objectContaining({ name: 'submit, 50 in flight', unit: 'tasks/s', goal: '>= 6000' }));
    expect(readdirSync(place)).toEqual([]);
  },
  60_000,
);
