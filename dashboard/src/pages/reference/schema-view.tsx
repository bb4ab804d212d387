import { Fold } from '../../ui/fold.tsx';
import { Words } from '../../ui/words.tsx';
import type { Document, JsonSchema } from './document.ts';
import { resolved } from './document.ts';
import type { Part } from './schema-words.ts';
import { choicesOf, isSchema, limitWords, partsOf, typeWords } from './schema-words.ts';

interface SchemaProps {
  readonly document: Document;
  readonly schema: JsonSchema;
}

/** What a schema is made of; what lies deeper is folded. */
export function SchemaView({ document, schema }: SchemaProps) {
  const whole = typeof schema['$ref'] === 'string' ? resolved(document, schema['$ref']) : schema;
  const parts = partsOf(whole);
  const choices = choicesOf(whole).filter((choice) => isDeep(document, choice));
  if (parts.length > 0) return <Parts document={document} parts={parts} />;
  if (choices.length > 0)
    return (
      <ol className="space-y-3">
        {choices.map((choice, index) => (
          <li key={index}>
            {choices.length === 1 ? undefined : <p className="mb-1 text-muted">{index === 0 ? 'Either' : 'or'}</p>}
            <SchemaView document={document} schema={choice} />
          </li>
        ))}
      </ol>
    );
  const items = whole['items'] ?? whole['additionalProperties'];
  if (isSchema(items) && isDeep(document, items)) return <SchemaView document={document} schema={items} />;
  return <p className="text-muted">{typeWords(whole) === 'object' ? 'An object without anything in it.' : typeWords(whole)}</p>;
}

function Parts({ document, parts }: { readonly document: Document; readonly parts: readonly Part[] }) {
  return (
    <ul className="divide-y divide-line rounded-md border border-line">
      {parts.map((part) => (
        <li key={part.name} className="px-3 py-1.5">
          <PartView document={document} part={part} />
        </li>
      ))}
    </ul>
  );
}

function PartView({ document, part: { name, schema, isRequired } }: { readonly document: Document; readonly part: Part }) {
  const { description } = schema;
  const limits = limitWords(schema);
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <code className="font-semibold">{name}</code>
        <span className="min-w-0 wrap-anywhere text-info">{typeWords(schema)}</span>
        {isRequired ? undefined : <span className="text-[13px] text-muted">may be absent</span>}
        {limits.length === 0 ? undefined : (
          <span className="min-w-0 text-[13px] [overflow-wrap:anywhere] text-muted">{limits.join(', ')}</span>
        )}
      </p>
      {typeof description === 'string' ? (
        <p className="wrap-anywhere text-muted">
          <Words text={description} />
        </p>
      ) : undefined}
      {isDeep(document, schema) ? (
        <Fold
          className=""
          lazily
          title={
            <span>
              What is in it<span className="sr-only">: {name}</span>
            </span>
          }
        >
          <SchemaView document={document} schema={schema} />
        </Fold>
      ) : undefined}
    </>
  );
}

/** Whether there is more to say of it than what it may be. */
function isDeep(document: Document, schema: JsonSchema): boolean {
  if (typeof schema['$ref'] === 'string') return isDeep(document, resolved(document, schema['$ref']));
  if (partsOf(schema).length > 0 || choicesOf(schema).some((choice) => isDeep(document, choice))) return true;
  const items = schema['items'] ?? schema['additionalProperties'];
  return isSchema(items) && isDeep(document, items);
}
