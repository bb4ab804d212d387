import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Cell, Row, Table } from '../../ui/table.tsx';
import { Words } from '../../ui/words.tsx';
import { Code } from './code.tsx';
import type { Document, Operation } from './document.ts';
import { exampleCall } from './example.ts';
import { Method } from './method.tsx';
import { SchemaView } from './schema-view.tsx';
import { limitWords, typeWords } from './schema-words.ts';
import { TryIt } from './try-it.tsx';

export interface OperationViewProps {
  readonly document: Document;
  readonly operation: Operation;
}

/** All of one operation: what it does, takes and answers, how it is called, and for those that change nothing a way to try it. */
export function OperationView({ document, operation }: OperationViewProps) {
  const { method, path, summary, description, scope, body, answer, status, isStream } = operation;
  return (
    <article aria-label={summary} className="min-w-0">
      <Link to="/reference" className="mb-3 inline-block text-accent underline md:hidden">
        All operations
      </Link>
      <h2 className="text-lg font-semibold">{summary}</h2>
      <p className="mt-1 flex items-baseline gap-2 break-all">
        <Method method={method} />
        <code>/api/v1{path}</code>
      </p>
      <p className="mt-2 max-w-[90ch]">
        <Words text={description} />
      </p>
      <p className="mt-1 text-muted">
        <code>{operation.id}</code> takes the scope <b>{scope}</b>
        {isStream ? ', and answers with server-sent events' : ''}.
      </p>
      <Parameters operation={operation} />
      {body === undefined ? undefined : (
        <Part title="Body">
          <SchemaView document={document} schema={body} />
        </Part>
      )}
      <Part title={isStream ? 'Each event' : `Answer (${status})`}>
        {answer === undefined ? <p className="text-muted">Nothing.</p> : <SchemaView document={document} schema={answer} />}
      </Part>
      <Part title="At a terminal">
        <Code label="Example with curl" text={exampleCall(document, operation, `${location.origin}/api/v1`)} />
      </Part>
      {method === 'GET' && !isStream ? (
        <Part title="Try it">
          <TryIt operation={operation} />
        </Part>
      ) : undefined}
    </article>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="mt-6">
      <h3 className="mb-2 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Parameters({ operation: { id, parameters } }: { readonly operation: Operation }) {
  if (parameters.length === 0) return undefined;
  return (
    <Part title="Parameters">
      <Table label={`Parameters of ${id}`} head={['Name', 'In', 'What it may be', 'What it is']}>
        {parameters.map(({ name, in: where, required, schema, description = '' }) => (
          <Row key={`${where} ${name}`}>
            <Cell className="whitespace-nowrap">
              <code className="font-semibold">{name}</code>
              {required ? <span className="block text-[13px] text-warn">required</span> : undefined}
            </Cell>
            <Cell>{where}</Cell>
            <Cell className="min-w-44 wrap-anywhere">
              {typeWords(schema)}
              <span className="block text-[13px] [overflow-wrap:anywhere] text-muted">{limitWords(schema).join(', ')}</span>
            </Cell>
            <Cell className="min-w-60">
              <Words text={description} />
            </Cell>
          </Row>
        ))}
      </Table>
    </Part>
  );
}
