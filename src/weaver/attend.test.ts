import { expect, it } from 'vitest';
import type { AttemptId, ProcessId, TaskId } from '../domain/ids.ts';
import type { TaskIn } from '../domain/task.ts';
import { Expiries } from './attend.ts';

const lease = { owner: 'p' as ProcessId, attemptId: 'a' as AttemptId, startedAt: 0, limit: undefined };

function expired(id: string, until: number): TaskIn<'running'> {
  return { id: id as TaskId, epoch: 1, state: 'running', lease: { ...lease, until } } as TaskIn<'running'>;
}

it('believes that a lease has run out when nobody has renewed it for longer than a heartbeat takes', () => {
  const expiries = new Expiries(100);
  const [one, other] = [expired('one', 5), expired('other', 5)];
  expect(expiries.look([one], 1_000)).toEqual({ over: [], confirmAt: 1_150 });
  expect(expiries.look([one, other], 1_140)).toEqual({ over: [], confirmAt: 1_150 });
  expect(expiries.look([one, other], 1_150)).toEqual({ over: [one], confirmAt: 1_290 });
});

it('never believes it of one that goes on being renewed, by whatever clock', () => {
  const expiries = new Expiries(100);
  for (let at = 0; at < 1_000; at += 100) expect(expiries.look([expired('one', at)], at)).toEqual({ over: [], confirmAt: at + 150 });
});

it('forgets what it has seen of a lease that was good in between', () => {
  const expiries = new Expiries(100);
  expiries.look([expired('one', 5)], 0);
  expect(expiries.look([], 140)).toEqual({ over: [], confirmAt: undefined });
  expect(expiries.look([expired('one', 5)], 160)).toEqual({ over: [], confirmAt: 310 });
});
