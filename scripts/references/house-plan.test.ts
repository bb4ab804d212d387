import { expect, test } from 'vitest';
import { mayImport } from '../support/folder-rules.ts';
import { housePlan } from './house-plan.ts';

const plan = housePlan(mayImport);

test('every folder is a room, and every import that is allowed is an arrow or leads to the ground', () => {
  expect(plan.rooms.map(({ name }) => name).toSorted()).toEqual(Object.keys(mayImport).toSorted());
  for (const [from, list] of Object.entries(mayImport)) {
    const shown = plan.stairs.filter((stair) => stair.from === from).map(({ to }) => to);
    expect([...shown, ...plan.ground].filter((name) => list.includes(name)).toSorted(), from).toEqual(
      list.filter((name) => name in mayImport).toSorted(),
    );
  }
});

test('no two rooms lie in the same place, and arrows lead down', () => {
  const floor = new Map(plan.rooms.map((room) => [room.name, room.floor]));
  for (const { from, to } of plan.stairs) expect(floor.get(from), `${from} to ${to}`).toBeGreaterThan(floor.get(to) ?? 0);
  for (const [at, one] of plan.rooms.entries()) {
    for (const other of plan.rooms.slice(at + 1)) {
      const beside = one.left + one.width <= other.left || other.left + other.width <= one.left;
      const apart = one.floor + one.floors <= other.floor || other.floor + other.floors <= one.floor;
      expect(beside || apart, `${one.name} and ${other.name}`).toBe(true);
    }
  }
});
