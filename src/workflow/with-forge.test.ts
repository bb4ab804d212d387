import { expect, it } from 'vitest';
import { ForgeUnavailable } from '../ports/forge.ts';
import type { Registration, TaskContext } from '../weaver/handler.ts';
import { withForge } from './with-forge.ts';

const clock = { now: () => 1_000_000, monotonic: () => 0 };

async function outcomeOf(thrown: Error, epoch: number) {
  const failing: Registration = {
    type: {} as Registration['type'],
    spends: false,
    handler: async () => {
      throw await Promise.resolve(thrown);
    },
  };
  const { handler } = withForge(failing, async () => await Promise.resolve({ clock }));
  return await handler({ epoch } as TaskContext<unknown>);
}

it('waits for a forge for as long as it asks, a little longer each time, and never much longer', async () => {
  const waits = await Promise.all(
    [1, 2, 11, 500].map(async (epoch) => {
      const outcome = await outcomeOf(new ForgeUnavailable('It asks to wait.', 30_000), epoch);
      return outcome.kind === 'blocked' ? outcome.need.until : outcome.kind;
    }),
  );
  expect(waits).toEqual([1_030_000, 1_031_000, 1_040_000, 1_090_000]);
  expect(await outcomeOf(new ForgeUnavailable('It asks to wait.', 1.4), 1)).toEqual({
    kind: 'blocked',
    reason: 'It asks to wait.',
    // Not the signal that news of the forge answer: it is asked no earlier than it wants.
    need: { signal: 'forge-rest', from: 'deadline', question: 'It asks to wait.', until: 1_000_001 },
  });
});

it('lets everything else be what it is', async () => {
  await expect(outcomeOf(new Error('a defect'), 1)).rejects.toThrow('a defect');
});
