import { listDiffFiles, readDiff, readDiffFile } from '../../domain/api/diff.ts';
import { displayId } from '../../domain/ids.ts';
import { diffOfRun } from '../../operations/diff.ts';
import type { ListedFile } from '../../operations/diff-files.ts';
import { fileOfDiff, filesOfDiff } from '../../operations/diff-files.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { TaskChanges } from '../../operations/world-changes.ts';
import { findRunOf } from './find-run-of.ts';
import { orMissing } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** What worlds changed: as one text, and file by file. */
export function diffRoutes(tools: OperationTools): readonly ApiRoute[] {
  const find = findRunOf(tools);
  return [
    route(readDiff, async ({ params, query: { world, other, task } }) => {
      const job = await find(params);
      return { run: displayId('run', job.id), patch: await orMissing(diffOfRun(tools, job, { world, other, task })) };
    }),
    route(listDiffFiles, async ({ params, query }) => {
      const job = await find(params);
      const { diff, files } = await orMissing(filesOfDiff(tools, job, query));
      const { changes, tasks, a, b } = diff;
      return {
        run: displayId('run', job.id),
        task: changes.id,
        a: { world: a.world ?? null, commit: a.commit },
        b,
        tasks: tasks.map(toldTask),
        files: files.map(toldFile),
      };
    }),
    route(readDiffFile, async ({ params, query: { context, whole, ...asked } }) => {
      const job = await find(params);
      const { file, bytes, patch } = await orMissing(fileOfDiff(tools, job, { ...asked, contextLines: context, whole: whole === 'true' }));
      return { run: displayId('run', job.id), file: toldFile(file), patch: patch ?? null, bytes };
    }),
  ];
}

function toldTask({ id, title, winner, worlds }: TaskChanges) {
  return { id, title, winner: winner ?? null, worlds: worlds.map(({ world, commit }) => ({ world, commit: commit ?? null })) };
}

function toldFile({ from, folded, ...file }: ListedFile) {
  return { ...file, from: from ?? null, folded: folded ?? null };
}
