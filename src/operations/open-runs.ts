import type { RepositoryId } from '../domain/ids.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { Engine } from '../weaver/engine.ts';
import { analyseType, implementType } from '../workflow/task-types.ts';
import type { OpenRun } from '../workflow/tools.ts';
import { payloadOf, resultOfTask } from './task-results.ts';

/** More are not looked at. */
const mostRuns = 100;

/** Runs of a repository that have not ended, with the files that their analysis and their plan name. */
export async function openRuns(engine: Engine, repositoryId: RepositoryId): Promise<readonly OpenRun[]> {
  const jobs = await engine.jobs({ groupKey: repositoryId, open: true, limit: mostRuns });
  return await Promise.all(
    jobs
      .filter(({ attributes }) => runAttributesSchema.safeParse(attributes).success)
      .map(async ({ id, title }) => {
        const analysed = await engine.tasks(id, { type: analyseType.name });
        const planned = await engine.tasks(id, { type: implementType.name });
        const files = [
          ...analysed.flatMap((task) => resultOfTask(analyseType, task)?.scope.files ?? []),
          ...planned.flatMap((task) => payloadOf(implementType, task).planTask.files ?? []),
        ];
        return { jobId: id, title, files: [...new Set(files)] };
      }),
  );
}
