import { Failure } from '../domain/failure.ts';
import type { OperationTools } from './tools.ts';

/** A fresh repository made from an example. */
export interface DemoRepository {
  readonly directory: string;
  readonly issueFile: string;
}

/**
 * Copies an example to a new temporary folder and makes it a repository with one commit, so that a demonstration
 * can be run again and again and never touches the example itself.
 *
 * @throws Failure (usage) for a name that is no example.
 */
export async function prepareDemo(tools: OperationTools, name: string): Promise<DemoRepository> {
  const names = await tools.examples.names();
  if (!names.includes(name)) {
    throw new Failure('usage', {
      what: `There is no example ${JSON.stringify(name)}.`,
      why: `These come with Miyabi: ${names.join(', ')}.`,
      fix: `Try \`miyabi demo ${names[0] ?? ''}\`.`,
    });
  }
  const directory = await tools.examples.copy(name);
  await (await tools.git()).create(directory, { name: 'Demo', email: 'demo@localhost' }, `The example ${name}, with its defect`);
  return { directory, issueFile: `${directory}/ISSUE.md` };
}
