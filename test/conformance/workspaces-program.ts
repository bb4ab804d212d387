import { createInterface } from 'node:readline';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { workspaceCases } from './workspaces-cases.ts';
import { workspaceLives } from './workspaces-lives.ts';

/** Runs the cases whose names it reads, for a user or in a namespace that the test itself is not in; prints how each ended, as JSON. */
const only = process.argv[2] as WorkspaceMethod;
const cases = { ...workspaceCases, ...workspaceLives };

for await (const name of createInterface({ input: process.stdin })) {
  const problem = await problemOf(name);
  process.stdout.write(`${JSON.stringify({ name, problem })}\n`);
}

async function problemOf(name: string): Promise<string | undefined> {
  const run = cases[name];
  if (run === undefined) return `There is no case ${name}`;
  try {
    await run(only);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
