import { handle } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import { deployTagType } from './deploy-task-types.ts';
import { mirrorWith } from './mirror-with.ts';

/** Gives the commit of a live release its tag in the user's repository or at the remote. What cannot be written there takes nothing back. */
export function tagRelease(tools: WorkflowTools) {
  return handle(deployTagType, async (context) => {
    const { release, commit } = context.payload;
    const run = runOf(context);
    const { tag: template } = (await tools.deploying()).project(run);
    const name = template.replaceAll('<number>', String(release));
    const { path } = await mirrorWith(tools, context, commit);
    const { repository } = run;
    const made =
      repository.kind === 'local'
        ? await tools.git.tag(path, repository.root, name, commit)
        : await tools.git.remote(repository.url).tag(path, name, commit);
    if (made.kind === 'published') return { kind: 'success', result: { tag: name, notes: [] } };
    const why = made.kind === 'diverged' ? `it is at ${made.at.slice(0, 12)} already` : made.reason;
    const notes = [`The tag ${name} was not made: ${why}.`];
    return { kind: 'success', result: { tag: null, notes }, observations: notes };
  });
}
