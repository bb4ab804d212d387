import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { workspaceCases } from './workspaces-cases.ts';
import { workspaceLives } from './workspaces-lives.ts';

/** Runs one case, for a user or in a namespace that the test itself is not in. */
const [only, name = ''] = process.argv.slice(2);
const run = { ...workspaceCases, ...workspaceLives }[name];
if (run === undefined) throw new Error(`There is no case ${name}`);
await run(only as WorkspaceMethod);
