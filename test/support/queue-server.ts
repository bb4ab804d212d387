import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { QueueEntry } from '../../src/ports/foreign-queue.ts';

/*
 * A queue of ids as a program of its own that keeps everything in memory: killed, it has forgotten all; told so, it loses what it holds, or
 * hands everything out twice. Prints its port and serves until it is ended. `node queue-server.ts [port]`
 */

const requests = z.discriminatedUnion('call', [
  z.object({
    call: z.literal('put'),
    queue: z.string(),
    entries: z.array(
      z.object({ id: z.string(), ref: z.object({ taskId: z.string(), epoch: z.number() }), priority: z.number(), route: z.string() }),
    ),
  }),
  z.object({ call: z.literal('routes'), queue: z.string() }),
  z.object({ call: z.literal('take'), queue: z.string(), routes: z.array(z.string()), most: z.number() }),
  z.object({ call: z.literal('drop'), ids: z.array(z.string()) }),
  z.object({ call: z.literal('giveBack'), ids: z.array(z.string()) }),
  z.object({ call: z.literal('lose') }),
  z.object({ call: z.literal('twice'), twice: z.boolean() }),
  z.object({ call: z.literal('held') }),
]);
type Request = z.infer<typeof requests>;

const leaseMs = 30_000;
const returnMs = 1_000;

interface Held {
  readonly queue: string;
  readonly entry: Pick<QueueEntry, 'id' | 'priority' | 'route'>;
  /** Epoch ms; not handed out before. */
  from: number;
  handedOut: number;
}

const held = new Map<string, Held>();
let twice = false;

function answer(request: Request): unknown {
  switch (request.call) {
    case 'put':
      for (const entry of request.entries)
        if (!held.has(entry.id)) held.set(entry.id, { queue: request.queue, entry, from: 0, handedOut: 0 });
      return null;
    case 'routes':
      return [...new Set(heldIn(request.queue).map(({ entry }) => entry.route))];
    case 'take':
      return take(request);
    case 'drop':
      for (const id of request.ids) held.delete(id);
      return null;
    case 'giveBack':
      for (const id of request.ids) {
        const one = held.get(id);
        if (one !== undefined) one.from = Date.now() + returnMs;
      }
      return null;
    case 'lose':
      held.clear();
      return null;
    case 'twice':
      twice = request.twice;
      return null;
    case 'held':
      return held.size;
  }
}

function heldIn(queue: string): readonly Held[] {
  return [...held.values()].filter((one) => one.queue === queue);
}

function take({ queue, routes, most }: Request & { readonly call: 'take' }): unknown {
  const now = Date.now();
  const free = heldIn(queue).filter(({ entry, from }) => from <= now && routes.includes(entry.route));
  const taken = free.toSorted((one, other) => other.entry.priority - one.entry.priority).slice(0, most);
  for (const one of taken) {
    one.handedOut += 1;
    one.from = twice && one.handedOut === 1 ? 0 : now + leaseMs;
  }
  return taken.map(({ entry }) => entry);
}

const server = createServer(async (request, response) => {
  const asked = requests.safeParse(await json(request));
  response.writeHead(asked.success ? 200 : 400, { 'content-type': 'application/json' });
  response.end(JSON.stringify(asked.success ? answer(asked.data) : asked.error.message));
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
