import { useMutation } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import type { FormEvent } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Problem } from '../../ui/problem.tsx';
import { wordOf } from '../../ui/word-of.ts';
import { span } from '../../words/time.ts';
import { Code } from './code.tsx';
import type { Operation } from './document.ts';
import { addressOf } from './address.ts';

/** More of an answer is not shown. */
const mostCharacters = 100_000;

interface Tried {
  readonly address: string;
  readonly status: number;
  readonly tookMs: number;
  readonly text: string;
}

/** Asks the service as whoever is signed in, and shows its answer as it came. */
export function TryIt({ operation }: { readonly operation: Operation }) {
  const { parameters } = operation;
  const asking = useMutation({ mutationFn: tried });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const values = Object.fromEntries(parameters.map(({ name }) => [name, wordOf(form, name)]));
    asking.mutate(addressOf(operation, values));
  };
  return (
    <>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        {parameters.map(({ name, in: where, required, schema }) => (
          <TextField
            key={`${where} ${name}`}
            className="basis-48"
            name={name}
            label={name}
            required={required}
            placeholder={placeholderOf(name, schema['default'])}
          />
        ))}
        <Button type="submit" busy={asking.isPending}>
          <Play aria-hidden size={15} /> Ask
        </Button>
      </form>
      <div className="mt-3">
        {asking.isPending ? <Loading what="the answer" /> : undefined}
        {asking.error === null ? undefined : <Problem error={asking.error} />}
        {asking.data === undefined ? undefined : <Shown tried={asking.data} />}
      </div>
    </>
  );
}

function Shown({ tried: { address, status, tookMs, text } }: { readonly tried: Tried }) {
  return (
    <>
      <p role="status" className="break-all">
        <b className={status < 400 ? 'text-good' : 'text-bad'}>{status < 400 ? `${status}, answered` : `${status}, refused`}</b> after{' '}
        {span(tookMs)}: <code>{address}</code>
      </p>
      <Code
        label="Answer"
        text={
          text.length > mostCharacters ? `${text.slice(0, mostCharacters)}\n… and ${text.length - mostCharacters} characters more` : text
        }
      />
    </>
  );
}

function placeholderOf(name: string, byDefault: unknown): string {
  if (byDefault !== undefined) return JSON.stringify(byDefault);
  return name === 'run' ? 'last' : '';
}

async function tried(address: string): Promise<Tried> {
  const begun = performance.now();
  const response = await fetch(address, { headers: { accept: 'application/json' } });
  const text = await response.text();
  return { address, status: response.status, tookMs: performance.now() - begun, text: indented(text) };
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}
