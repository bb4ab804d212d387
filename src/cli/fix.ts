import { resolve } from 'node:path';
import { displayId } from '../domain/ids.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { runAttributesSchema } from '../domain/run.ts';
import { visibleText } from '../domain/visible-text.ts';
import { chooseEditor } from '../operations/choose-editor.ts';
import { abandonFix, openFix, takeBack } from '../operations/fix.ts';
import { findAsked } from '../operations/inbox.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { Person } from '../ports/git.ts';
import type { JobView } from '../weaver/engine.ts';
import { goOn } from './go-on.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix, quoted } from './shell.ts';

export interface FixOptions extends GlobalOptions {
  /** Where the branch is checked out; in the state folder where that is absent. */
  readonly folder?: string;
  /** Hands back what was opened before. */
  readonly done?: boolean;
  /** Gives up what was opened before. */
  readonly abandon?: boolean;
  readonly reason?: string;
  readonly json?: boolean;
}

/**
 * `miyabi fix <run or number>`: the branch of a run that waits for a person, in their editor. What they changed is committed with them as the author when
 * the editor is closed (or with `--done`), and the run goes on with it.
 */
export async function fix(shell: Shell, wanted: string, options: FixOptions): Promise<number> {
  await using app = await shell.open(options);
  const { job } = await findAsked(app.tools, wanted);
  if (options.abandon === true) return await giveUp(shell, app.tools, job);
  if (options.done === true) return await handBack(shell, app.tools, job, options);
  const folder = options.folder === undefined ? undefined : resolve(shell.cwd, options.folder);
  const { directory, isKnown, question } = await openFix(app.tools, job, folder);
  shell.err(`${visibleText(question.text).text}\n`);
  shell.err(`The branch is ${isKnown ? 'still ' : ''}in ${directory}: agents wrote what is in it, so look before you run it.\n`);
  const closed = await openIn(shell, app.tools, directory);
  if (!closed) {
    shell.err(`When you are done: \`${commandPrefix(shell, options)} fix ${displayId('run', job.id)} --done\`\n`);
    return 0;
  }
  return await handBack(shell, app.tools, job, options);
}

/** @returns whether an editor was opened and closed in good order. */
async function openIn(shell: Shell, tools: OperationTools, directory: string): Promise<boolean> {
  const editors = await shell.editors();
  const { editor: configured } = resolveConfig(tools.ownConfiguration).config.escalations;
  const chosen = await chooseEditor(editors, { configured, environment: shell.environment });
  if (chosen === undefined) {
    shell.err('No editor was found (escalations.editor, VS Code, $VISUAL, $EDITOR): open the folder yourself.\n');
    return false;
  }
  shell.err(`Opening it with \`${chosen.command} ${quoted(directory)}\`.${chosen.note === undefined ? '' : ` ${chosen.note}`}\n`);
  const end = await editors.open(chosen.command, directory);
  if (end.kind === 'closed') return true;
  shell.err(
    end.kind === 'not-started'
      ? `It could not be started: ${end.reason}.\n`
      : `The editor ended with ${end.code}: nothing is handed back.\n`,
  );
  return false;
}

async function handBack(shell: Shell, tools: OperationTools, job: JobView, options: FixOptions): Promise<number> {
  const run = displayId('run', job.id);
  const program = commandPrefix(shell, options);
  const author = await authorHere(shell, tools, job);
  const { reason } = options;
  const taken = await takeBack(tools, job, { author, by: shell.user, ...(reason === undefined ? {} : { reason }) });
  if (taken.kind === 'unchanged') {
    shell.err(
      `Nothing was changed in ${taken.directory}, and nothing answered. \`${program} fix ${run}\` opens it again, \`--abandon\` gives it up.\n`,
    );
    return 0;
  }
  shell.err(
    `Handed back as ${taken.commit.slice(0, 8)} by ${visibleText(author.name).text}.${taken.kept === undefined ? '' : ` ${taken.kept} stays where it is.`}\n`,
  );
  return await goOn(shell, tools, job, options);
}

async function giveUp(shell: Shell, tools: OperationTools, job: JobView): Promise<number> {
  const kept = await abandonFix(tools, job, await authorHere(shell, tools, job));
  shell.err(
    kept === undefined ? 'Given up; nothing had been changed.\n' : `Given up. ${kept} stays where it is, with what was changed in it.\n`,
  );
  shell.err(`${displayId('run', job.id)} still waits for an answer.\n`);
  return 0;
}

/** As git knows the person here, or in the repository of the run. */
async function authorHere(shell: Shell, tools: OperationTools, job: JobView): Promise<Person> {
  const { repository } = runAttributesSchema.parse(job.attributes);
  const git = await tools.git();
  for (const folder of [shell.cwd, ...(repository.kind === 'local' ? [repository.root] : [])]) {
    const looked = await git.inspect(folder);
    if (looked.kind === 'repository' && looked.author !== undefined) return looked.author;
  }
  return { name: shell.user, email: `${shell.user}@localhost` };
}
