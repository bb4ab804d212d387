import { expect, it } from 'vitest';
import { createInstruments } from './instruments.ts';

async function sampleOf(instruments: ReturnType<typeof createInstruments>, series: string): Promise<number | undefined> {
  const line = (await instruments.text()).split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

it('begins with every series whose words are known: the closed ones, and those of the configuration', async () => {
  const instruments = createInstruments({ channel: ['team'] });
  expect(await sampleOf(instruments, 'miyabi_tasks_finished_total{outcome="dead"}')).toBe(0);
  expect(await sampleOf(instruments, 'miyabi_notifications_total{channel="team",result="sent"}')).toBe(0);
  expect(await sampleOf(instruments, 'miyabi_world_create_duration_seconds_count{method="overlay"}')).toBe(0);
  expect(await instruments.text()).not.toMatch(/^miyabi_model_cost_usd_total\{/m);
});

it('raises a counter to a sum that is kept elsewhere, and never lowers it', async () => {
  const instruments = createInstruments({});
  for (const to of [5, 3, 8]) instruments.raise('model_cost_usd_total', { model: 'a/b' }, to);
  expect(await sampleOf(instruments, 'miyabi_model_cost_usd_total{model="a/b"}')).toBe(8);
});

it('adds up the sums of those that are counted under one word', async () => {
  const instruments = createInstruments({});
  for (const [model, to] of [
    ['one model', 5],
    ['two models', 3],
    ['one model', 6],
  ] as const)
    instruments.raise('model_cost_usd_total', { model }, to);
  expect(await sampleOf(instruments, 'miyabi_model_cost_usd_total{model="other"}')).toBe(9);
});

it('a gauge that is replaced keeps what is known beforehand at zero, and shows nothing else that is gone', async () => {
  const instruments = createInstruments({});
  instruments.replace('workers', [
    { labels: { host: 'one' }, value: 1 },
    { labels: { host: 'one' }, value: 1 },
  ]);
  instruments.replace('jobs', [{ labels: { state: 'running' }, value: 1 }]);
  expect(await sampleOf(instruments, 'miyabi_workers{host="one"}')).toBe(2);
  instruments.replace('workers', []);
  instruments.replace('jobs', []);
  expect(await sampleOf(instruments, 'miyabi_workers{host="one"}')).toBeUndefined();
  expect(await sampleOf(instruments, 'miyabi_jobs{state="running"}')).toBe(0);
});

it('a hundred words are the most of a label that anybody can choose, and none is long or of more than a word', async () => {
  const instruments = createInstruments({});
  for (let host = 0; host < 150; host += 1) instruments.set('workers', { host: `host-${host}` }, 1);
  instruments.set('workers', { host: 'two words' }, 7);
  const series = (await instruments.text()).match(/^miyabi_workers\{/gm) ?? [];
  expect(series).toHaveLength(101);
  expect(await sampleOf(instruments, 'miyabi_workers{host="other"}')).toBe(7);
});
