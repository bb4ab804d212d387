import type { Operation } from './document.ts';

/** Where an operation is asked with these values, by the names of its parameters; those that are empty are left out. */
export function addressOf({ path, parameters }: Pick<Operation, 'path' | 'parameters'>, values: Readonly<Record<string, string>>): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
  const search = new URLSearchParams();
  for (const { name, in: where } of parameters) {
    const value = values[name] ?? '';
    if (where === 'query' && value !== '') search.set(name, value);
  }
  return `/api/v1${filled}${search.size === 0 ? '' : `?${search.toString()}`}`;
}
