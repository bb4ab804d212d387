import { addNote, forgetKnowledge, searchKnowledge } from '../../domain/api/knowledge.ts';
import { addNote as add, forgetKnowledge as forget } from '../../operations/knowledge/add.ts';
import { newestKnowledge, searchKnowledge as search } from '../../operations/knowledge/search.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { orMissing } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** What was learnt from runs, and notes of people. */
export function knowledgeRoutes(tools: OperationTools): readonly ApiRoute[] {
  return [
    route(searchKnowledge, async ({ query: { text, path, label, most } }) => {
      if (text === undefined)
        return { items: await newestKnowledge(tools, most, { paths: listed(path), labels: listed(label) }), notes: [] };
      const about = { repository: undefined, cwd: '/', errors: [], paths: listed(path), labels: listed(label) };
      const { matches, notes } = await search(tools, { text, ...about, most });
      return { items: matches, notes };
    }),
    route(
      addNote,
      async ({ body: { text, title, paths, labels } }) => await add(tools, { text, title, repository: undefined, paths, labels }),
    ),
    route(forgetKnowledge, async ({ params: { entry } }) => {
      await orMissing(forget(tools, entry));
      return {};
    }),
  ];
}

function listed(words: string | readonly string[] | undefined): readonly string[] {
  if (words === undefined) return [];
  return typeof words === 'string' ? [words] : words;
}
