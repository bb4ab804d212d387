/**
 * Agents and models: what we add to a call of a model, whether rates and budgets hold, what the cache spares, how soon an agent is at work.
 *
 * The provider is a scripted one over real HTTP, in a process of its own; the ledger is a real database on a disk, as durable as in the product.
 * Sides of a comparison do the same work in turns. It takes some three minutes.
 *
 *     npm run bench -- agents [--json] [--quick] [--rounds 7] [--only calls,limiter] [--folder <on the disk to measure>]
 */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { budget } from './agents/budget.ts';
import { cache } from './agents/cache.ts';
import { calls } from './agents/calls.ts';
import { firstCall } from './agents/first-call.ts';
import { limiter } from './agents/limiter.ts';
import { endAll } from './agents/run.ts';
import { measureParts } from './support/parts.ts';
import type { Part } from './support/parts.ts';

const parts: readonly Part[] = [calls, limiter, budget, cache, firstCall];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
  },
});

await measureParts({
  name: 'agents',
  parts,
  only: values.only,
  folder: values.folder,
  quick: values.quick,
  rounds: values.rounds === undefined ? (values.quick ? 3 : 7) : Number(values.rounds),
  json: values.json,
  more: {},
  onInterrupt: endAll,
});
