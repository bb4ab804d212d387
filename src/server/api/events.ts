import { followEvents } from '../../domain/api/events.ts';
import type { EventCursor, JobEvent } from '../../domain/events.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { EventHub } from './event-hub.ts';
import { eventStream } from './event-stream.ts';
import { findRunOf } from './find-run-of.ts';
import { LogHub } from './log-hub.ts';
import { Refusal } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { streamRoute } from './route.ts';

/** Streams at a time. */
const mostStreams = 500;
/** Events that are told again to whoever comes again. */
const mostMissed = 5_000;

/** What happens, for any number of readers. @param closing aborts when the service is stopped: they are told. */
export function eventRoutes(tools: OperationTools, failed: (error: unknown) => void, closing: AbortSignal): readonly ApiRoute[] {
  const find = findRunOf(tools);
  const hubs = { events: new EventHub(tools.engine, failed), logs: new LogHub(tools, failed) };
  closing.addEventListener('abort', () => hubs.events.close(), { once: true });
  return [
    streamRoute(followEvents, async ({ query: { run, logs, after: last }, lastEventId, caller }) => {
      if (hubs.events.size >= mostStreams) throw tooManyStreams();
      const told = lastEventId ?? last;
      const after = told === undefined ? undefined : cursorIn(told);
      const printing = await Promise.all((logs?.split(',') ?? []).map(async (one) => (await find({ run: one })).id));
      return eventStream(hubs, {
        only: run === undefined ? undefined : `job:${(await find({ run })).id}`,
        logs: [...new Set(printing)],
        missed: after === undefined ? undefined : async () => await eventsSince(tools, after),
        isLetIn: async () => (await tools.ledger.apiAccesses.byId(caller.id)) !== undefined,
      });
    }),
  ];
}

async function eventsSince({ engine }: OperationTools, after: EventCursor): Promise<readonly JobEvent[] | 'too-many'> {
  const missed: JobEvent[] = [];
  for await (const event of engine.eventsOfAll({ after })) {
    if (missed.push(event) > mostMissed) return 'too-many';
  }
  return missed;
}

/** As the records of either kind of database give them out. @throws Refusal */
function cursorIn(text: string): EventCursor {
  if (/^\d{1,18}(?:-\d{1,18})?$/.test(text)) return text as EventCursor;
  throw new Refusal('malformed', {
    what: 'The event that came last is none of ours.',
    why: 'Last-Event-ID, or `after`, is the `id` of the last event that came.',
    fix: 'Leave it out to be told from now on.',
  });
}

function tooManyStreams(): Refusal {
  return new Refusal(
    'unavailable',
    {
      what: 'Too many follow what happens.',
      why: `No more than ${mostStreams} streams are open at a time.`,
      fix: 'Come again later; a browser needs one for all its tabs.',
    },
    { headers: { 'retry-after': '30' } },
  );
}
