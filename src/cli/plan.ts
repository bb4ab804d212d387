import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { withoutInvisible } from '../domain/visible-text.ts';
import { chooseEditor } from '../operations/choose-editor.ts';
import type { ShownPlan } from '../operations/edit-plan.ts';
import { answerWithPlan, planOfRun } from '../operations/edit-plan.ts';
import { findRun } from '../operations/find-run.ts';
import { parseConfiguration } from '../operations/repository-configuration.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { JobView } from '../weaver/engine.ts';
import { goOn } from './go-on.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

export interface PlanOptions extends GlobalOptions {
  /** Opens it in an editor, and goes on with what was changed. */
  readonly edit?: boolean;
  /** Goes on with the plan in this file. */
  readonly file?: string;
  readonly json?: boolean;
}

/** `miyabi plan [run]`: the plan as it can be changed; with `--edit` or `--file` the run goes on with a changed one. */
export async function plan(shell: Shell, wanted: string, options: PlanOptions): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  if (options.file !== undefined) return await goOnWith(shell, app.tools, job, { path: resolve(shell.cwd, options.file), options });
  const shown = await planOfRun(app.tools, job);
  if (options.edit === true) return await edit(shell, app.tools, job, shown, options);
  if (options.json === true) {
    const { plan: planned, question } = shown;
    const waits = question === undefined ? null : { question: question.text, ...question.escalation };
    shell.out(`${JSON.stringify({ type: 'run.plan', schemaVersion: 1, run: displayId('run', job.id), waits, plan: planned })}\n`);
    return 0;
  }
  shell.out(await inYaml(job, shown));
  return 0;
}

async function edit(shell: Shell, tools: OperationTools, job: JobView, shown: ShownPlan, options: PlanOptions): Promise<number> {
  const run = displayId('run', job.id);
  if (shown.question === undefined) {
    throw new Failure('notFoundOrLocked', {
      what: `The plan of ${run} waits for no answer.`,
      why: 'It was answered already, or the run went on by itself.',
      fix: `\`${commandPrefix(shell, options)} plan ${run}\` shows it.`,
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'miyabi-plan-'));
  const path = join(folder, `${run}.yaml`);
  const before = await inYaml(job, shown);
  await writeFile(path, before, { mode: 0o600 });
  await openEditor(shell, tools, path);
  if ((await readFile(path, 'utf8')) === before) {
    await rm(folder, { recursive: true });
    shell.err(`Nothing was changed, and nothing answered. \`${commandPrefix(shell, options)} approve ${run}\` takes the plan as it is.\n`);
    return 0;
  }
  return await goOnWith(shell, tools, job, { path, options, folder });
}

/** What was written is never lost: the file stays until the plan was taken. */
async function goOnWith(
  shell: Shell,
  tools: OperationTools,
  job: JobView,
  { path, options, folder }: { readonly path: string; readonly options: PlanOptions; readonly folder?: string },
): Promise<number> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Failure('usage', { what: `${path} cannot be read.`, why: error.message, fix: 'Name a file with a plan in YAML or JSON.' });
  });
  try {
    for (const warning of await answerWithPlan(tools, job, await parseConfiguration(path, text), { by: shell.user, how: 'terminal' })) {
      shell.err(`${oneLine(warning)}\n`);
    }
  } catch (error) {
    if (folder !== undefined) shell.err(`What you wrote is in ${path}: mend it, and hand it in with --file.\n`);
    throw error;
  }
  if (folder !== undefined) await rm(folder, { recursive: true });
  shell.err('Approved with the changed plan.\n');
  return await goOn(shell, tools, job, options);
}

/** @throws Failure (configuration) where there is no editor, or it ended with an error. */
async function openEditor(shell: Shell, tools: OperationTools, path: string): Promise<void> {
  const editors = await shell.editors();
  const { editor: configured } = resolveConfig(tools.ownConfiguration).config.escalations;
  const chosen = await chooseEditor(editors, { configured, environment: shell.environment });
  const end = chosen === undefined ? undefined : await editors.open(chosen.command, path);
  if (end?.kind === 'closed') return;
  throw new Failure('configuration', {
    what: chosen === undefined ? 'No editor was found.' : `The editor \`${chosen.command}\` did not come to a good end.`,
    why: whyNotEdited(end),
    fix: `Set escalations.editor, $VISUAL or $EDITOR; or change ${path} and hand it in with --file.`,
  });
}

function whyNotEdited(end: { readonly kind: string; readonly reason?: string; readonly code?: number } | undefined): string {
  if (end === undefined) return 'Neither escalations.editor nor $VISUAL nor $EDITOR is set, and VS Code is not installed.';
  return end.reason ?? `It ended with ${end.code ?? 'an error'}.`;
}

/** The plan as people change it, with what there is to know of it in front. */
async function inYaml(job: JobView, { plan: planned, written, question }: ShownPlan): Promise<string> {
  const { stringify } = await import('yaml');
  const head = [
    `Plan of ${displayId('run', job.id)}: ${oneLine(job.title)}`,
    `Critical path: ${planned.criticalPath.join(' -> ')}, ${planned.criticalMinutes} min.`,
    question === undefined ? 'It waits for no answer.' : 'It waits for an answer: what you change here is what the run goes on with.',
    'id: task-... ; after: ids of the tasks whose code it needs; instructions: what the agent is told beside the issue.',
  ];
  return `${head.map((line) => `# ${line}`).join('\n')}\n${withoutInvisible(stringify(written, { lineWidth: 0 }))}`;
}
