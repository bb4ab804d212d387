import { expect, it } from 'vitest';
import type { TaskId } from '../../domain/ids.ts';
import { queueId } from './queue-id.ts';

it('names every hand-out of a task by a uuid that is always the same', () => {
  const one = { taskId: '0190a1b2-c3d4-7000-8000-000000000001' as TaskId, epoch: 1 };
  expect(queueId(one)).toBe(queueId({ ...one }));
  expect(queueId(one)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const others = [1, 2, 11].map((epoch) => queueId({ ...one, epoch }));
  expect(new Set(others).size).toBe(3);
});
