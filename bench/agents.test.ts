/** @module-tag campaign */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot, runNode } from '../scripts/testing/run-program.ts';
import { added } from './agents/burst.ts';
import { startProvider } from './agents/provider.ts';

test('parts of the benchmark of agents run alone, and leave nothing behind', async () => {
  const place = mkdtempSync(join(tmpdir(), 'agents-bench-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const arguments_ = ['agents', '--only', 'limiter,budget', '--quick', '--rounds', '1', '--json', '--folder', place];
  const { code, stdout, stderr } = await runNode(['bench/run.ts', ...arguments_], { cwd: projectRoot });
  expect(code, stderr + stdout).toBe(0);
  const { figures } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { readonly figures: readonly unknown[] };
  expect(figures).toContainEqual(expect.objectContaining({ name: 'limiter in the store: fullest window', holds: true }));
  expect(figures).toContainEqual(expect.objectContaining({ name: 'budget: most ever beyond the limit', holds: true }));
  expect(readdirSync(place)).toEqual([]);
}, 60_000);

test('a part of the benchmark of agents that does not exist is refused with the names of those that do', async () => {
  const { code, stderr } = await runNode(['bench/run.ts', 'agents', '--only', 'speed']);
  expect(code).toBe(2);
  expect(stderr).toContain('There is no part speed. There are: calls, limiter,');
});

test('the provider of the benchmark is a process of its own that tells what it was asked', async () => {
  await using provider = await startProvider('plain');
  const body = JSON.stringify({ model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hello.' }] });
  const ask = async (): Promise<Response> => await fetch(`${provider.urls.anthropic}/v1/messages`, { method: 'POST', body });
  expect((await ask()).status).toBe(200);
  expect((await ask()).status).toBe(200);
  expect(await provider.came(2)).toBeGreaterThanOrEqual(await provider.came(1));
  const [first, second] = await provider.asked();
  expect(first).toMatchObject({ digest: second?.digest, isOfWorld: true });
});

test('what one side costs beyond another is taken round by round', () => {
  const side = [
    { cpuMs: 5, ms: [10, 20, 30] },
    { cpuMs: 7, ms: [40] },
  ];
  const bare = [
    { cpuMs: 1, ms: [1, 2, 3] },
    { cpuMs: 2, ms: [5] },
  ];
  expect(added(side, bare)).toEqual({ cpu: [4, 5], p50: [18, 35], p95: [expect.closeTo(26.1) as number, 35] });
});
