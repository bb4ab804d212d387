import { displayId } from '../domain/ids.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { JobView } from '../weaver/engine.ts';
import type { AttachOptions } from './attached.ts';
import { attach } from './attached.ts';
import type { Shell } from './shell.ts';

/** Goes on with a run that was answered: here, unless another process carries it. @returns the exit code. */
export async function goOn(shell: Shell, tools: OperationTools, job: JobView, options: AttachOptions): Promise<number> {
  if (job.carriedBy !== undefined) {
    shell.err(`${displayId('run', job.id)} goes on in the process that carries it.\n`);
    return 0;
  }
  return await attach(shell, tools, job.id, runAttributesSchema.parse(job.attributes), options);
}
