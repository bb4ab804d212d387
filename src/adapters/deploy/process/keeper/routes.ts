import { Hono } from 'hono';
import { DeployRefused, FencedOff } from '../../../../ports/deployer.ts';
import { requests } from '../messages.ts';
import type { KeeperProblem, Verb } from '../messages.ts';
import type { Verbs } from './keeper.ts';

/** One path for each verb: `POST /serve` with its request as JSON. An answer is 200 with what the verb answers, or 409 with a {@link KeeperProblem}. */
export function keeperRoutes(verbs: Verbs): Hono {
  const app = new Hono();
  for (const name of Object.keys(requests) as Verb[]) {
    app.post(`/${name}`, async (context) => {
      try {
        return context.json(await ask(verbs, name, await context.req.json()));
      } catch (error) {
        return context.json(problemOf(error), 409);
      }
    });
  }
  return app;
}

async function ask(verbs: Verbs, name: Verb, body: unknown): Promise<object | null> {
  const request = requests[name].parse(body);
  return await (verbs[name] as (given: typeof request) => Promise<object | null>)(request);
}

function problemOf(error: unknown): KeeperProblem {
  if (error instanceof FencedOff) return { kind: 'fenced', fence: error.fence, seen: error.seen };
  const reason = error instanceof Error ? error.message : String(error);
  return { kind: error instanceof DeployRefused ? 'refused' : 'failed', reason };
}
