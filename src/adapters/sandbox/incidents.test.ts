import { expect, test } from 'vitest';
import type { Incident } from '../../domain/incident.ts';
import { gatherIncidents } from './incidents.ts';

function gathering() {
  const reported: Incident[] = [];
  let time = 0;
  const clock = { now: () => 1_000 + time, monotonic: () => time };
  const incidents = gatherIncidents({ clock, report: (incident) => reported.push(incident) });
  return { incidents, reported, pass: (ms: number) => (time += ms) };
}

test('the same again is counted, and reported once a second at most', () => {
  const { incidents, reported, pass } = gathering();
  for (let i = 0; i < 5; i += 1) incidents.tell({ kind: 'network', detail: 'a:1', stopped: false });
  expect(reported).toEqual([{ kind: 'network', detail: 'a:1', count: 1, at: 1_000, stopped: false }]);
  pass(1_000);
  incidents.tell({ kind: 'network', detail: 'a:1', stopped: false });
  expect(reported.map(({ count }) => count)).toEqual([1, 6]);
  incidents.tell({ kind: 'network', detail: 'a:1', stopped: false });
  incidents.flush();
  expect(reported.map(({ count }) => count)).toEqual([1, 6, 7]);
  incidents.flush();
  expect(reported).toHaveLength(3);
  expect(incidents.all()).toEqual([{ kind: 'network', detail: 'a:1', count: 7, at: 1_000, stopped: false }]);
});

test('a world that invents addresses does not fill the memory: what is too much is counted under its kind', () => {
  const { incidents } = gathering();
  for (let i = 0; i < 1_000; i += 1) incidents.tell({ kind: 'network', detail: `host-${i}:443`, stopped: false });
  incidents.tell({ kind: 'disk', detail: 'wrote too much', stopped: true });
  expect(incidents.all()).toHaveLength(102);
  expect(incidents.all()).toContainEqual(expect.objectContaining({ detail: 'and more of the kind', count: 900 }));
  expect(incidents.all()).toContainEqual(expect.objectContaining({ kind: 'disk', detail: 'wrote too much', stopped: true }));
  incidents.flush();
});

test('a detail is one short line in which nothing moves the cursor or turns the text', () => {
  const { incidents } = gathering();
  const { detail } = incidents.tell({ kind: 'network', detail: `a\u001B]52;c;x\u0007\nb\u202Ec\u200B${'x'.repeat(500)}`, stopped: false });
  expect(detail).toMatch(/^a \]52;c;x b c x+…$/);
  expect(detail).toHaveLength(200);
});
