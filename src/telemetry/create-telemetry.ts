import { AsyncLocalStorage } from 'node:async_hooks';
import type { Facts, Operation, OperationEnd, Place, Signal } from '../domain/signals.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notes, Telemetry } from '../ports/telemetry.ts';

/** An operation that is under way. */
export interface Running {
  readonly operation: Operation;
  readonly place: Place;
  /** The one in which it was begun. */
  readonly parent: Running | undefined;
  /** Epoch ms. */
  readonly startedAt: number;
}

/** Somebody who hears of everything: a log, metrics, traces. Its methods must not wait; what they throw is told to {@link TelemetryHub.onFault}. */
export interface Listener {
  told?(signal: Signal, place: Place, running: Running | undefined): void;
  began?(running: Running): void;
  ended?(running: Running, end: OperationEnd): void;
  /** Hands on whatever it has kept back; asked once, when the process ends. What it rejects with is told as well. */
  flush?(): Promise<void>;
}

/** How long listeners have to hand on what they have kept back, in ms. */
const mostFlushMs = 5_000;

/** The telemetry of a process, and who listens to it. Disposed, it lets its listeners hand on what they have kept back, and is silent from then on. */
export interface TelemetryHub extends Telemetry, AsyncDisposable {
  /** From now on, until it is disposed. */
  listen(listener: Listener): Disposable;
}

interface Around {
  readonly place: Place;
  readonly running: Running | undefined;
}

const nowhere: Around = { place: {}, running: undefined };

/**
 * Hands what is told on to whoever listens, each time with its place and the operation around it; both follow the calls by themselves
 * (`AsyncLocalStorage`).
 *
 * @param onFault hears of a listener that throws, once for each kind of fault: what is measured goes on all the same.
 */
export function createTelemetry(clock: Clock, onFault: (text: string) => void): TelemetryHub {
  const around = new AsyncLocalStorage<Around>();
  const listeners = new Set<Listener>();
  const faults = new Set<string>();

  function complain(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (faults.has(text)) return;
    faults.add(text);
    onFault(`Something that is measured or logged was lost: ${text}`);
  }

  function hand(to: (listener: Listener) => void): void {
    for (const listener of listeners) {
      try {
        to(listener);
      } catch (error) {
        complain(error);
      }
    }
  }

  return {
    listen(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    tell(signal) {
      if (listeners.size === 0) return;
      const { place, running } = around.getStore() ?? nowhere;
      hand((listener) => listener.told?.(signal, place, running));
    },
    async within(place, work) {
      if (listeners.size === 0) return await work();
      const outer = around.getStore() ?? nowhere;
      return await around.run({ place: { ...outer.place, ...place }, running: outer.running }, work);
    },
    async measure(operation, work) {
      const told = noted();
      if (listeners.size === 0) return await work(told.notes);
      const { place, running: parent } = around.getStore() ?? nowhere;
      const { tookMs = 0 } = operation;
      const running: Running = { operation, place, parent, startedAt: clock.now() - tookMs };
      const begin = clock.monotonic() - tookMs;
      hand((listener) => listener.began?.(running));
      const end = (fault?: string): void => {
        const ended: OperationEnd = {
          ms: clock.monotonic() - begin,
          outcome: told.outcome() ?? (fault === undefined ? 'ok' : 'failed'),
          ...(fault === undefined ? {} : { fault }),
          facts: { ...operation.facts, ...told.facts() },
        };
        hand((listener) => listener.ended?.(running, ended));
      };
      try {
        const result = await around.run({ place, running }, async () => await work(told.notes));
        end();
        return result;
      } catch (error) {
        end(firstLine(error));
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      const flushed = Promise.all([...listeners].map(async (listener) => await listener.flush?.().catch(complain)));
      await within(mostFlushMs, flushed, () => complain(new Error(`it was not handed on within ${mostFlushMs / 1_000} s`)));
      listeners.clear();
    },
  };
}

/** Waits for `work`, at most so long (ms). */
async function within(ms: number, work: Promise<unknown>, onLate: () => void): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    onLate();
    late.resolve();
  }, ms);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
}

function noted(): { readonly notes: Notes; readonly facts: () => Facts; readonly outcome: () => string | undefined } {
  let facts: Facts = {};
  let outcome: string | undefined;
  return {
    notes: {
      note: (more) => {
        facts = { ...facts, ...more };
      },
      end: (word) => {
        outcome = word;
      },
    },
    facts: () => facts,
    outcome: () => outcome,
  };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.split('\n', 1)[0]?.slice(0, 300) ?? '';
}
