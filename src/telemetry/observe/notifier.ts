import type { Notifier } from '../../ports/notifier.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** The same way to tell people; each message ends as it was taken: sent, unavailable, or refused. */
export function observeNotifier(notifier: Notifier, telemetry: Telemetry): Notifier {
  const { name } = notifier;
  return {
    name,
    send: async (notice, key, signal) =>
      await telemetry.measure({ kind: 'notify', name: 'notify send', facts: { channel: name } }, async ({ end }) => {
        const notified = await notifier.send(notice, key, signal);
        end(notified.kind);
        return notified;
      }),
  };
}
