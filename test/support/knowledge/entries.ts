import type { KnowledgeEntry } from '../../../src/ports/knowledge.ts';

/** A note, with nothing in it but what is given. */
export function noteEntry(id: string, given: Partial<KnowledgeEntry> & Pick<KnowledgeEntry, 'title'>): KnowledgeEntry {
  return {
    id: `note:${id}`,
    kind: 'note',
    repositoryId: undefined,
    issue: undefined,
    body: '',
    plan: [],
    outcome: 'note',
    paths: [],
    labels: [],
    diff: '',
    errors: [],
    lessons: [],
    at: 1,
    ...given,
  };
}
