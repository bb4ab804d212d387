import type { RepositoryFolder } from './folder.ts';
import { locked } from './folder.ts';
import type { Item } from './items.ts';
import { loadJournal, saveJournal, unnote } from './journal.ts';
import { observeItem } from './observe.ts';
import { readPeople } from './people.ts';

/**
 * Changes an issue or a pull request while nobody else of ours writes there. What people did to it until now is noted before, so that it is told;
 * what we do ourselves is not.
 */
export async function changing<Result>(
  repository: RepositoryFolder,
  item: Pick<Item, 'kind' | 'number'>,
  change: () => Promise<Result>,
): Promise<Result> {
  return await locked(repository, async () => {
    const journal = await loadJournal(repository);
    // Nobody has looked yet, so nothing is news.
    if (journal === undefined) return await change();
    const look = { repository, people: await readPeople(repository), journal, isFirst: false };
    await observeItem(look, item.kind, item.number);
    const { next } = journal;
    const result = await change();
    await observeItem(look, item.kind, item.number);
    unnote(journal, next);
    await saveJournal(repository, journal);
    return result;
  });
}
