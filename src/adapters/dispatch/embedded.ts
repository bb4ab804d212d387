import type { Dispatcher } from '../../ports/dispatcher.ts';
import { deliverFrom } from './deliver-from.ts';
import type { DeliveryParts } from './deliver-from.ts';

/**
 * Delivery inside one process. The ready row is the dispatch: nothing is sent, the consumer looks into the
 * records when a commit is announced or the next scheduled time has come, and otherwise sleeps.
 */
export function embeddedDispatcher(parts: DeliveryParts): Dispatcher {
  return {
    send: async () => undefined,
    deliver: (consumer) => {
      const source = {
        find: (places: number) => consumer.ready(places, 'all'),
        answered: () => undefined,
        close: async () => undefined,
      };
      return deliverFrom(source, consumer, parts);
    },
  };
}
