import type { TaskId } from '../../../src/domain/ids.ts';
import type { Claiming, Consumer, Delivery, Dispatch, Dispatcher } from '../../../src/ports/dispatcher.ts';
import type { TaskRef } from '../../../src/ports/records.ts';

/**
 * A dispatcher in the hands of a test: it keeps what is sent, delivers nothing by itself, and offers what it is told to. Offering an id twice,
 * late or never is what a delivery engine may do.
 */
export class HandDispatcher implements Dispatcher {
  /** Everything that was sent, in order; what was sent in a transaction that came to nothing too. */
  readonly sent: Dispatch[] = [];
  /** Thrown by the next sends while it is set. */
  failing: Error | undefined;
  #consumer: Consumer | undefined;
  #heard = Promise.withResolvers<void>();

  async send(_transaction: unknown, dispatches: readonly Dispatch[]): Promise<void> {
    if (this.failing !== undefined) throw this.failing;
    this.sent.push(...dispatches);
    this.#heard.resolve();
    this.#heard = Promise.withResolvers();
  }

  deliver(consumer: Consumer): Delivery {
    this.#consumer = consumer;
    return { idle: false, wake: () => undefined, stop: async () => undefined };
  }

  get consumer(): Consumer {
    if (this.#consumer === undefined) throw new Error('No worker has been started.');
    return this.#consumer;
  }

  /** The ids that were sent for a task, in order. */
  refs(taskId: TaskId): readonly TaskRef[] {
    return this.sent.map(({ ref }) => ref).filter((ref) => ref.taskId === taskId);
  }

  /** The id that was sent last for a task. */
  last(taskId: TaskId): TaskRef {
    const ref = this.refs(taskId).at(-1);
    if (ref === undefined) throw new Error(`Nothing was sent for task ${taskId}.`);
    return ref;
  }

  /** Resolves once so many ids have been sent for a task, and what the last of them means is committed: it can be offered. */
  async sends(taskId: TaskId, count: number): Promise<void> {
    while (this.refs(taskId).length < count) await this.#heard.promise;
    const { epoch } = this.last(taskId);
    for (;;) {
      const { refs } = await this.consumer.ready(1_000, 'all');
      if (refs.some((ref) => ref.taskId === taskId && ref.epoch >= epoch)) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Offers the id that was sent last for a task. */
  offer(taskId: TaskId): Promise<Claiming> {
    return this.consumer.offer(this.last(taskId));
  }
}
