import { z } from 'zod';
import { agentNames, testWriterNames, worldNames } from './world.ts';

/** The name under which the schema of {@link AgentContext} is published. */
export const agentContextId = 'urn:miyabi:schema:agent-context:1';

/** What `.agent-context.json` says: a world's task, for programs that work in it. */
export const agentContextSchema = z
  .strictObject({
    $schema: z.literal(agentContextId),
    schemaVersion: z.literal(1),
    run: z.string().meta({ description: 'The run, as people see it.' }),
    agentType: z.string().meta({ description: 'What the task is for, such as codegen.' }),
    agent: z.enum(agentNames).meta({ description: 'What works in this world.' }),
    world: z.enum([...worldNames, ...testWriterNames]),
    stance: z.string().meta({ description: 'What sets this world apart from the others, in a word or two.' }),
    task: z.strictObject({
      id: z.string(),
      title: z.string(),
      dependencies: z.array(z.string()).meta({ description: 'Ids of the tasks whose code is there already.' }),
      number: z.int().meta({ description: 'From 1, in the order of the plan.' }),
      of: z.int().meta({ description: 'Tasks of the plan.' }),
    }),
    issue: z.strictObject({
      number: z.int().nullable().meta({ description: 'null where it comes from no forge.' }),
      title: z.string(),
    }),
    limits: z.strictObject({
      minutes: z.number().meta({ description: 'Of this world.' }),
      costUsd: z.number().meta({ description: 'What models may cost here, in USD.' }),
    }),
    similarRuns: z
      .array(
        z.strictObject({
          run: z.string(),
          title: z.string(),
          outcome: z.enum(['succeeded', 'failed']),
          files: z.array(z.string()).meta({ description: 'Paths that it changed.' }),
          summary: z.string(),
          likeness: z.number().meta({ description: 'From 0 to 1.' }),
        }),
      )
      .meta({ description: 'Earlier runs of this repository about something alike, the most alike first.' }),
  })
  .meta({ id: agentContextId, title: 'Agent context', description: 'What Miyabi puts into each world as .agent-context.json.' });
export type AgentContext = z.infer<typeof agentContextSchema>;

/** What people are told beside it. */
export interface ExecutionContext {
  readonly context: AgentContext;
  /** The model, where one is chosen, as people write it. */
  readonly model: string | undefined;
  /** What checks the change: `build` to `npm run build`, and so on. */
  readonly checks: ReadonlyArray<{ readonly name: string; readonly shown: string }>;
  /** Points of 100 by component. */
  readonly weights: Readonly<Record<string, number>>;
  /** The issue's text; untrusted. */
  readonly issueBody: string;
}

/** `EXECUTION_CONTEXT.md`: the same for people who look into a world. */
export function executionContext({ context, model, checks, weights, issueBody }: ExecutionContext): string {
  const { task, issue, limits } = context;
  const named = issue.number === null ? inLine(issue.title) : `#${issue.number} ${inLine(issue.title)}`;
  const points = Object.entries(weights).map(([name, weight]) => `${name} ${weight}`);
  return `${[
    `# Execution Context for ${issue.number === null ? inLine(issue.title) : `Issue #${issue.number}`}`,
    [
      `- Run: ${context.run}`,
      `- Agent: ${context.agentType} by ${context.agent}${model === undefined ? '' : ` (${model})`}, in the world ${context.world} (${context.stance})`,
      `- Task: ${task.number}/${task.of}, ${task.id}: ${inLine(task.title)}`,
      ...(task.dependencies.length === 0 ? [] : [`- Rests on: ${task.dependencies.join(', ')}`]),
      `- Issue: ${named}`,
      `- Limits: ${limits.minutes} minutes, ${limits.costUsd.toFixed(2)} USD`,
    ].join('\n'),
    '## How it will be judged',
    'What is changed in this folder is committed by Miyabi once the agent has stopped, and checked on a fresh checkout of that commit:',
    checks.length === 0
      ? '- nothing was found that builds, tests or lints this project'
      : checks.map(({ name, shown }) => `- ${name}: ${code(shown)}`).join('\n'),
    `Points of 100: ${points.join(', ')}. What has no evidence is left out. A change that breaks a test which passed before, or deletes or weakens tests, cannot win; of equal changes the smaller one does.`,
    'This file and `.agent-context.json` never become a part of the change.',
    ...(context.similarRuns.length === 0
      ? []
      : [
          '## Earlier runs about something alike',
          context.similarRuns.map(({ run, title, outcome }) => `- ${run}, ${outcome}: ${inLine(title)}`).join('\n'),
        ]),
    '## The issue, as it was written',
    block(`${issue.title}\n\n${issueBody}`.trim()),
  ].join('\n\n')}\n`;
}

/** One line of Markdown, whatever somebody wrote. */
function inLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function code(text: string): string {
  const mark = '`'.repeat(longestRun(text) + 1);
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${mark}${space}${inLine(text)}${space}${mark}`;
}

/** Nothing within can end it. */
function block(text: string): string {
  const mark = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${mark}text\n${text}\n${mark}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
