import { describe, expect, it } from 'vitest';
import { configSchema } from '../domain/config.ts';
import { isLooser, planGate } from './gates.ts';

const config = configSchema.parse({});
const typed = { config, approveAll: false };
const served = { ...typed, startedBy: { how: 'service', who: 'ada (1)' } } as const;
const of = (complexity: number) => ({ complexity, priority: 'P2-Medium' }) as const;

describe('the gate of a plan', () => {
  it.each([
    [4.9, 'open', 'open'],
    [5, 'told', 'asked'],
    [7, 'told', 'asked'],
    [7.1, 'asked', 'asked'],
  ] as const)('of complexity %d is %s in a service and %s at a terminal', (complexity, service, terminal) => {
    expect(planGate(served, of(complexity)).kind).toBe(service);
    expect(planGate(typed, of(complexity)).kind).toBe(terminal);
  });

  it('waits five minutes for a no where people are told', () => {
    expect(planGate(served, of(6))).toEqual({ kind: 'told', because: 'complexity 6 of 10', minutes: 5 });
  });

  it('is open for a hotfix, and where whatever is asked was approved before', () => {
    expect(planGate(served, { complexity: 10, priority: 'P0-Critical' })).toMatchObject({ kind: 'open', because: expect.any(String) });
    expect(planGate({ ...typed, approveAll: true }, of(10))).toEqual({ kind: 'open' });
  });

  it('is looser below a threshold of either kind', () => {
    expect(isLooser(served, 8, 7)).toBe(true);
    expect(isLooser(served, 5, 4)).toBe(true);
    expect(isLooser(typed, 8, 7)).toBe(false);
    expect(isLooser(typed, 4, 8)).toBe(false);
  });
});
