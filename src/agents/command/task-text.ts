import type { AgentTask } from '../../ports/agent.ts';

/** Names of failing tests that are written out; the rest is counted. */
const namedTests = 50;

/** The task as Markdown: what is asked, how it will be judged, what fails now. */
export function taskText(task: AgentTask): string {
  const { base, checks } = task;
  const commands = [
    ['build', checks.build],
    ['type check', checks.typeCheck],
    ['tests', checks.test],
    ['lint', checks.lint],
  ] as const;
  const known = commands.flatMap(([name, command]) => (command === undefined ? [] : [`- ${name}: \`${command.shown}\``]));
  const failing = base.failing.slice(0, namedTests).map((id) => `- ${oneLine(id)}`);
  const rest = base.failing.length - failing.length;
  return [
    `# ${oneLine(task.title)}`,
    task.instructions.trim(),
    '## How it is judged',
    'Change the files of the working folder; they are read when this command ends. Tests that are deleted, weakened or skipped take the change out.',
    ...(known.length === 0 ? [] : [known.join('\n')]),
    ...(failing.length === 0 ? [] : ['## Tests that fail now', [...failing, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n')]),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The same for programs, with every failing test and its message. */
export function taskContext(task: AgentTask, variant: string): unknown {
  const { base, checks } = task;
  const tests = base.check.tests;
  const cases = tests.kind === 'reported' || tests.kind === 'timeout' ? tests.cases : [];
  const failing = new Set(base.failing);
  return {
    schemaVersion: 1,
    world: task.world,
    variant,
    title: task.title,
    instructions: task.instructions,
    timeoutMs: task.timeoutMs,
    checks: {
      build: checks.build?.shown ?? null,
      typeCheck: checks.typeCheck?.shown ?? null,
      test: checks.test?.shown ?? null,
      lint: checks.lint?.shown ?? null,
    },
    tests: {
      passing: base.passing.length,
      flaky: base.flaky,
      failing: base.failing,
      failures: cases.filter((entry) => failing.has(entry.id)),
    },
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
