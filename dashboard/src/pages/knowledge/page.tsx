import { Plus } from 'lucide-react';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { ChangeButton } from '../../ui/change-button.tsx';
import { Page } from '../../ui/page.tsx';
import { AddNote } from './add-note.tsx';
import { Entries } from './entries.tsx';
import { SearchForm } from './search-form.tsx';

/** As many as are ever told. */
const most = 50;

/** What runs and people have left for those that come after them. */
export function KnowledgePage() {
  const { q: text, path, label } = useSearch({ from: '/knowledge' });
  const [isAdding, setAdding] = useState(false);
  const asked = {
    most,
    ...(text === undefined ? {} : { text }),
    ...(path === undefined ? {} : { path }),
    ...(label === undefined ? {} : { label }),
  };
  const query = useAnswer('searchKnowledge', { query: asked }, { keepsPrevious: true });
  return (
    <Page
      title="Knowledge"
      about="What runs and people have left: later runs of the same repository are told of what is most like theirs."
      actions={
        <ChangeButton onClick={() => setAdding(true)}>
          <Plus aria-hidden size={16} /> Add a note
        </ChangeButton>
      }
    >
      <SearchForm isSearching={query.isFetching} />
      <Answered query={query} what="what was learnt">
        {({ items, notes }) => (
          <>
            {notes.map((note) => (
              <p key={note} className="mb-3 text-muted">
                {note}
              </p>
            ))}
            <Entries items={items} isSearch={text !== undefined || path !== undefined || label !== undefined} />
          </>
        )}
      </Answered>
      {isAdding ? <AddNote onClose={() => setAdding(false)} /> : undefined}
    </Page>
  );
}
