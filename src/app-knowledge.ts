import { createKnowledge } from './adapters/knowledge/knowledge.ts';
import type { Storage } from './app-storage.ts';
import type { Knowledge } from './ports/knowledge.ts';

/** What the knowledge base is wired from; a part of `app.ts` that is loaded when it is first asked for. */
export type KnowledgeRequest = Pick<Storage, 'ledger' | 'knowledgeIndex'>;

/** @throws Failure (configuration) where its index cannot be opened. */
export async function wireKnowledge({ ledger, knowledgeIndex }: KnowledgeRequest): Promise<Knowledge & AsyncDisposable> {
  return createKnowledge({ records: ledger.knowledge, index: await knowledgeIndex() });
}
