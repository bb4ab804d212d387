import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { classes } from '../../ui/classes.ts';
import { TextField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { useKeys } from '../../ui/use-keys.ts';
import type { Document } from './document.ts';
import { operationsOf } from './document.ts';
import { Introduction } from './introduction.tsx';
import { OperationList } from './operation-list.tsx';
import { OperationView } from './operation-view.tsx';

/** Everything that can be asked of this service, to be read and tried. */
export function ReferencePage() {
  const query = useAnswer('readDocument');
  return (
    <Page
      title="API"
      about={
        <>
          What everything here is made of, under <code>/api/v1</code>. The same as a document:{' '}
          <a href="/api/v1/openapi.json" className="text-accent underline">
            openapi.json
          </a>
        </>
      }
    >
      <Answered query={query} what="the reference">
        {(document) => <Reference document={document as unknown as Document} />}
      </Answered>
    </Page>
  );
}

/** Beside an operation it has a place and a scroll bar of its own. */
const listLook = 'md:sticky md:top-4 md:max-h-[calc(100dvh-2rem)] md:self-start md:overflow-y-auto md:p-1';

function Reference({ document }: { readonly document: Document }) {
  const { operation: asked } = useSearch({ from: '/reference' });
  const [text, setText] = useState('');
  const operations = operationsOf(document);
  const chosen = operations.find(({ id }) => id === asked);
  useMoves(
    operations.map(({ id }) => id),
    chosen?.id,
  );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8 md:grid-cols-[17rem_minmax(0,1fr)]">
      <div className={classes(listLook, chosen !== undefined && 'max-md:hidden')}>
        <TextField
          label="Search the operations"
          hidesLabel
          type="search"
          placeholder="Search the operations"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <OperationList document={document} operations={operations} text={text} chosen={chosen?.id} />
      </div>
      {chosen === undefined ? <Introduction /> : <OperationView key={chosen.id} document={document} operation={chosen} />}
    </div>
  );
}

/** From one to the next by keys. */
function useMoves(ids: readonly string[], chosen: string | undefined): void {
  const navigate = useNavigate({ from: '/reference' });
  const move = (by: 1 | -1): void => {
    const operation = ids[chosen === undefined ? 0 : ids.indexOf(chosen) + by];
    if (operation !== undefined) void navigate({ search: { operation } });
  };
  useKeys({ j: { does: 'Next operation', run: () => move(1) }, k: { does: 'Operation before', run: () => move(-1) } });
}
