import type { Command } from 'commander';
import { Option } from 'commander';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

const inboxExamples = `
Examples:
  miyabi inbox                      what waits for an answer, the oldest first
  miyabi approve 2                  says yes to the second of them
  miyabi inbox --json               the same as data, with what each question is about
  miyabi inbox --answered           what was answered, by whom, and when the run went on
  miyabi inbox --standing           the answers that hold for later questions
  miyabi inbox --revoke <id>        lets such an answer stand no more`;

const pickExamples = `
Examples:
  miyabi pick last bravo                          takes bravo where it is asked which, and goes on with the run
  miyabi pick last bravo --reason "smaller"       kept with it; \`miyabi explain\` shows it
  miyabi pick last bravo --task task-2            where several tasks have such a world

Where a choice was made already, the change of the world is handed over as the branch miyabi/<run>-<world>; what was handed over or merged stays.`;

const planExamples = `
Examples:
  miyabi plan last                  the plan of the last run, in YAML
  miyabi plan last --edit           change it in your editor, and go on with it
  miyabi plan last > plan.yaml      ... change it there, then
  miyabi plan last --file plan.yaml

A plan can be changed while it waits for an answer. One that goes round in a circle, names tasks that there are not, or is too large or too deep
is refused with the reason, and nothing is answered.`;

const fixExamples = `
Examples:
  miyabi fix last                   opens the branch in your editor; when you close it the run goes on with what you changed
  miyabi fix last --folder ~/mend   checked out there, and left there
  miyabi fix last --done            hands back what was opened before
  miyabi fix last --abandon         gives it up; a folder with changes stays

The editor is escalations.editor in your configuration, else VS Code where it is installed, else $VISUAL or $EDITOR. What you changed is committed
with you as its author and reviewed or checked as the rest of the branch is.`;

/** `inbox`, `plan`, `pick` and `fix`: what people do while a run waits for them. */
export function addPeople(program: Command, shell: Shell, done: Done): void {
  program
    .command('inbox')
    .description('everything that waits for a person')
    .addOption(new Option('--answered', 'what was answered, the newest first').conflicts(['standing', 'revoke']))
    .addOption(new Option('--standing', 'the answers that hold for later questions').conflicts(['revoke']))
    .option('--revoke <id>', 'let such an answer stand no more')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', inboxExamples)
    .action(async (options) => done(await (await import('./inbox.ts')).inbox(shell, { ...program.opts(), ...options })));
  program
    .command('pick')
    .description('take a world: the one that a run asks about, or another one on a branch of its own')
    .argument('<run>', 'its id, the beginning of it, or `last`')
    .argument('<world>', 'such as bravo')
    .option('--task <id>', 'the task of the plan, where several have such a world')
    .option('--reason <text>', 'kept with it')
    .option('--json', 'one JSON object a line on standard output, the last one `run.finished`')
    .addHelpText('after', pickExamples)
    .action(async (run: string, world: string, options) =>
      done(await (await import('./pick.ts')).pick(shell, { run, world }, { ...program.opts(), ...options })),
    );
  program
    .command('plan')
    .description('the plan of a run; while it waits for an answer it can be changed')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option('--edit', 'open it in your editor, and go on with what you changed')
    .option('--file <plan.yaml>', 'go on with the plan in this file')
    .option('--json', 'one JSON object on standard output; the run as `miyabi run --json` where it goes on')
    .addHelpText('after', planExamples)
    .action(async (run: string, options) => done(await (await import('./plan.ts')).plan(shell, run, { ...program.opts(), ...options })));
  program
    .command('fix')
    .description('mend the branch of a run that waits for you by hand, and hand it back')
    .argument('[run]', 'its id, the beginning of it, `last`, or a number of the inbox', 'last')
    .option('--folder <folder>', 'where it is checked out; it must not exist yet')
    .option('--done', 'hand back what was opened before')
    .option('--abandon', 'give up what was opened before')
    .option('--reason <text>', 'kept with the answer')
    .option('--json', 'one JSON object a line on standard output, the last one `run.finished`')
    .addHelpText('after', fixExamples)
    .action(async (run: string, options) => done(await (await import('./fix.ts')).fix(shell, run, { ...program.opts(), ...options })));
}
