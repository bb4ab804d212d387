import { createKnowledge } from './adapters/knowledge/knowledge.ts';
import type { Meaning } from './adapters/knowledge/meaning/meaning.ts';
import type { Vectors } from './adapters/knowledge/meaning/vectors.ts';
import type { Storage } from './app-storage.ts';
import type { Config } from './domain/config.ts';
import type { JobId, TaskId } from './domain/ids.ts';
import { parseModelName } from './domain/model.ts';
import { monthKey } from './domain/money-scope.ts';
import { fromUsd } from './domain/money.ts';
import type { Redact } from './domain/redact.ts';
import type { StateFolder } from './domain/state-folder.ts';
import type { Clock } from './ports/clock.ts';
import type { Caller } from './ports/exchange.ts';
import type { Knowledge } from './ports/knowledge.ts';
import type { Models } from './ports/model.ts';
import type { Telemetry } from './ports/telemetry.ts';
import { observeKnowledge } from './telemetry/observe/knowledge.ts';

/** What the knowledge base is wired from; a part of `app.ts` that is loaded when it is first asked for. */
export interface KnowledgeRequest extends Pick<Storage, 'ledger' | 'knowledgeIndex'> {
  /** The user's own. */
  readonly config: Config;
  readonly state: StateFolder;
  readonly models: () => Promise<Models>;
  readonly redact: Redact;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly telemetry: Telemetry;
}

/** What is asked for entries and questions belongs to no run: it has an id of its own, which `miyabi cost` shows. */
const nobodysRun = '00000000-0000-7000-8000-000000000000';
const embedTimeoutMs = 30_000;

/** @throws Failure (configuration) where its index cannot be opened. */
export async function wireKnowledge(request: KnowledgeRequest): Promise<Knowledge & AsyncDisposable> {
  const index = await request.knowledgeIndex();
  const meaning = await meaningOf(request).catch(async (error: unknown) => {
    await index[Symbol.asyncDispose]();
    throw error;
  });
  const knowledge = createKnowledge({ records: request.ledger.knowledge, index, ...(meaning === undefined ? {} : { meaning }) });
  return observeKnowledge(knowledge, request.telemetry);
}

async function meaningOf({ config, state, models, redact, clock, environment }: KnowledgeRequest): Promise<Meaning | undefined> {
  const name = config.knowledge.embeddings;
  const model = name === undefined ? undefined : parseModelName(name);
  if (name === undefined || model === undefined) return undefined;
  const [{ createMeaning }, { embedBy }] = await Promise.all([
    import('./adapters/knowledge/meaning/meaning.ts'),
    import('./adapters/knowledge/meaning/embed.ts'),
  ]);
  const caller: Caller = {
    jobId: nobodysRun as JobId,
    taskId: nobodysRun as TaskId,
    planTask: undefined,
    world: undefined,
    purpose: 'knowledge',
    get limits() {
      return [{ scope: 'month' as const, key: monthKey(clock.now()), limitMicroUsd: fromUsd(config.budget.monthUsd) }];
    },
    cacheScope: 'knowledge',
    incidental: [],
    // Where a budget comes to its end, words are enough.
    askToGoOn: async () => false,
    onEvent: () => undefined,
  };
  const embed = embedBy({ models, model, caller, redact, timeoutMs: embedTimeoutMs });
  return createMeaning({ model: name, embed, vectors: await vectorsOf(config, state, environment) });
}

/** In a file of each machine, also where records are shared, or in a Qdrant. */
async function vectorsOf(
  { knowledge: { qdrant } }: Config,
  state: StateFolder,
  environment: KnowledgeRequest['environment'],
): Promise<Vectors> {
  if (qdrant.url === undefined)
    return await (await import('./adapters/knowledge/meaning/open-vector-file.ts')).openVectorFile(state.vectors);
  const { qdrantVectors } = await import('./adapters/knowledge/meaning/qdrant.ts');
  return qdrantVectors({ url: qdrant.url, key: environment[qdrant.keyVariable] || undefined, timeoutMs: 10_000 });
}
