import { useNavigate, useSearch } from '@tanstack/react-router';
import { LoaderCircle, Search } from 'lucide-react';
import type { FormEvent } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { wordOf } from '../../ui/word-of.ts';

/** Words, and what narrows them down. What is searched for stands in the address. */
export function SearchForm({ isSearching }: { readonly isSearching: boolean }) {
  const { q = '', path = '', label = '' } = useSearch({ from: '/knowledge' });
  const navigate = useNavigate({ from: '/knowledge' });
  const search = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = { q: wordOf(form, 'q'), path: wordOf(form, 'path'), label: wordOf(form, 'label') };
    void navigate({ search: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')) });
  };
  return (
    <form key={`${q} ${path} ${label}`} role="search" onSubmit={search} className="mb-6 flex flex-wrap items-end gap-3">
      <TextField
        className="min-w-0 flex-1 basis-80"
        label="About"
        name="q"
        type="search"
        defaultValue={q}
        maxLength={5_000}
        placeholder="totals of the cart are rounded wrongly"
      />
      <TextField className="basis-52" label="Path" name="path" defaultValue={path} placeholder="src/cart.js" />
      <TextField className="basis-36" label="Label" name="label" defaultValue={label} placeholder="type:bug" />
      <Button type="submit" look="main">
        {isSearching ? <LoaderCircle aria-hidden size={16} className="animate-spin" /> : <Search aria-hidden size={16} />} Search
      </Button>
    </form>
  );
}
