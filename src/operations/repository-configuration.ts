import { Failure } from '../domain/failure.ts';
import type { CommitId } from '../domain/ids.ts';
import type { ConfigLayer } from '../domain/resolve-config.ts';
import type { Mirror } from '../ports/git.ts';

/** What a repository's own configuration may be called, at its root. */
export const repositoryFiles = ['miyabi.config.json', 'miyabi.config.yaml', 'miyabi.config.yml'] as const;

/**
 * The repository's own configuration as it stands at the base commit (never as it lies in the folder: a branch
 * under review must not configure its own judge).
 *
 * @param files the paths of that commit.
 * @returns one layer, or none. @throws Failure (configuration) when it does not parse or there are two of them.
 */
export async function readRepositoryConfiguration(
  mirror: Mirror,
  base: CommitId,
  files: readonly string[],
): Promise<readonly ConfigLayer[]> {
  const found: ConfigLayer[] = [];
  for (const name of repositoryFiles.filter((each) => files.includes(each))) {
    const text = await mirror.readFile(base, name);
    if (text !== undefined)
      found.push({ source: 'repository', origin: `${name} of the repository`, values: await parseConfiguration(name, text) });
  }
  if (found.length > 1) {
    throw new Failure('configuration', {
      what: `The repository has ${found.map((layer) => layer.origin).join(' and ')}.`,
      why: 'It is not clear which of them holds.',
      fix: 'Keep one.',
    });
  }
  return found;
}

/** JSON is YAML too; one reader does for both. Aliases are limited, so a small file cannot become a large value. */
export async function parseConfiguration(origin: string, text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: 20, uniqueKeys: true }) as unknown;
  } catch (error) {
    throw new Failure(
      'configuration',
      {
        what: `${origin} cannot be read.`,
        why: `${(error as Error).message.split('\n')[0]?.replace(/:$/, '')}.`,
        fix: 'Mend it, or take it out.',
      },
      { cause: error },
    );
  }
}
