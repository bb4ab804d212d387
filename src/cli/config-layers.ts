import { resolve } from 'node:path';
import type { ConfigLayer } from '../domain/resolve-config.ts';
import { readRepositoryConfiguration } from '../operations/repository-configuration.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface ConfigOptions extends GlobalOptions {
  readonly repo?: string;
  readonly json?: boolean;
}

/** A repository's file is read from its HEAD; outside a repository there is none. */
export async function layersOf(shell: Shell, options: ConfigOptions): Promise<readonly ConfigLayer[]> {
  const own = await shell.configuration();
  await using app = await shell.open(options);
  const git = await app.tools.git();
  const inspection = await git.inspect(resolve(shell.cwd, options.repo ?? '.'));
  if (inspection.kind !== 'repository') return own;
  const { id } = await app.tools.ledger.repository(inspection.root);
  const mirror = await git.mirror(app.tools.state.mirror(id), inspection.root, inspection.head);
  return [...own, ...(await readRepositoryConfiguration(mirror, inspection.head, await mirror.listFiles(inspection.head)))];
}
