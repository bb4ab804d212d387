import { cp, mkdtemp, readdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { OperationTools } from './tools.ts';

/** A fresh repository made from an example. */
export interface DemoRepository {
  readonly directory: string;
  readonly issueFile: string;
}

/** Names of the examples that come with Miyabi. */
export async function exampleNames(examples: string): Promise<readonly string[]> {
  const entries = await readdir(examples, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/**
 * Copies an example to a new temporary folder and makes it a repository with one commit, so that a demonstration
 * can be run again and again and never touches the example itself.
 *
 * @throws Failure (usage) for a name that is no example.
 */
export async function prepareDemo(tools: OperationTools, name: string): Promise<DemoRepository> {
  const names = await exampleNames(tools.examples);
  if (!names.includes(name)) {
    throw new Failure('usage', {
      what: `There is no example ${JSON.stringify(name)}.`,
      why: `These come with Miyabi: ${names.join(', ')}.`,
      fix: `Try \`miyabi demo ${names[0] ?? ''}\`.`,
    });
  }
  const directory = join(await realpath(await mkdtemp(join(tmpdir(), 'miyabi-demo-'))), name);
  await cp(join(tools.examples, name), directory, { recursive: true, filter: (source) => !source.endsWith('/node_modules') });
  await tools.git.create(directory, { name: 'Demo', email: 'demo@localhost' }, `The example ${name}, with its defect`);
  return { directory, issueFile: join(directory, 'ISSUE.md') };
}
