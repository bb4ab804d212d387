import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './pages.ts';

/** Where files of the repository can be read, with a slash at the end, as far as `package.json` says where the repository is. */
export function publishedAt(folder = projectFolder): string | undefined {
  const { repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly repository?: { readonly url?: string };
  };
  const address = repository?.url?.replace(/^git\+/, '').replace(/\.git$/, '');
  return address === undefined ? undefined : `${address}/blob/main/`;
}
