import { expect, it } from 'vitest';
import { systemClock } from '../../adapters/clock.ts';
import { createTelemetry } from '../create-telemetry.ts';
import { observeCalls } from './calls.ts';

class Target implements AsyncDisposable {
  /** Only the object itself may ask for it: a proxy in its place may not. */
  #disposed = 0;
  readonly name = 'target';

  async place(what: string): Promise<string> {
    if (what === 'nothing') throw new Error('nothing to place');
    return `${what} placed`;
  }

  disposed(): number {
    return this.#disposed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed += 1;
  }
}

function stand() {
  const ended: string[] = [];
  const failures: unknown[] = [];
  const telemetry = createTelemetry(systemClock, (text) => failures.push(text));
  telemetry.listen({ ended: ({ operation }, { outcome }) => void ended.push(`${operation.kind} ${operation.name}: ${outcome}`) });
  const port = new Target();
  const failed = (error: unknown): void => void failures.push(error);
  return { ended, failures, port, observed: observeCalls(port, telemetry, { kind: 'deploy', methods: ['place'], failed }) };
}

it('each call of a named method is an operation; what it throws is heard, and thrown', async () => {
  const { ended, failures, observed } = stand();
  expect(await observed.place('a release')).toBe('a release placed');
  await expect(observed.place('nothing')).rejects.toThrow('nothing to place');
  expect(ended).toEqual(['deploy deploy place: ok', 'deploy deploy place: failed']);
  expect(failures).toEqual([expect.objectContaining({ message: 'nothing to place' })]);
});

it('all else is the port itself, which is disposed of with what stands in its place', async () => {
  const { ended, port, observed } = stand();
  {
    await using held = observed;
    expect([held.name, held.disposed()]).toEqual(['target', 0]);
  }
  expect([port.disposed(), ended]).toEqual([1, []]);
});
