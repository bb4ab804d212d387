import { Failure } from '../domain/failure.ts';
import { parseModelName } from '../domain/model.ts';
import { agentNames } from '../domain/world.ts';
import { attach } from './attached.ts';
import { readGiven, startGiven } from './given-issue.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface RunOptions extends GlobalOptions {
  readonly repo?: string;
  readonly agent?: string;
  readonly model?: string;
  readonly budget?: number;
  readonly worlds?: number;
  readonly base?: string;
  readonly into?: string;
  readonly timeout?: number;
  readonly isolation?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** `miyabi run`: one issue to a branch with a verified change. */
export async function run(shell: Shell, issueArgument: string, options: RunOptions): Promise<number> {
  const given = await readGiven(shell, issueArgument);
  await using app = await shell.open(options, flagsOf(options));
  const started = await startGiven(shell, app.tools, given, options);
  for (const note of started.notes) shell.err(`${shell.colours.dim('·')} ${note}\n`);
  return await attach(shell, app.tools, started.jobId, started.attributes, options);
}

/** The flags of `run` as configuration, so that they take part in its order like any other source. */
export function flagsOf(
  options: Pick<RunOptions, 'agent' | 'model' | 'worlds' | 'timeout' | 'isolation' | 'budget'>,
): Readonly<Record<string, unknown>> {
  const agent = {
    ...(options.agent === undefined ? {} : agentFlag(options.agent)),
    ...(options.model === undefined ? {} : { model: modelFlag(options.model) }),
  };
  const worlds = {
    ...(options.worlds === undefined ? {} : { count: options.worlds }),
    ...(options.timeout === undefined ? {} : { timeoutMinutes: options.timeout }),
  };
  return {
    ...(Object.keys(agent).length === 0 ? {} : { agent }),
    ...(Object.keys(worlds).length === 0 ? {} : { worlds }),
    ...(options.isolation === undefined ? {} : { isolation: options.isolation }),
    ...(options.budget === undefined ? {} : { budget: { issueUsd: options.budget } }),
  };
}

/** `<agent>`, or `<agent>:<what it is told>`: a command for `command` and `acp`, a model for all that take one. */
function agentFlag(text: string): Readonly<Record<string, unknown>> {
  const [, name = '', told] = /^([a-z-]+)(?::\s*(\S[\s\S]*))?$/.exec(text) ?? [];
  const agent = agentNames.find((known) => known === name);
  if (agent === undefined || (agent === 'repair' && told !== undefined)) {
    throw new Failure('usage', {
      what: `There is no agent ${JSON.stringify(text)}.`,
      why: `The agents are ${agentNames.map((known) => `\`${known}\``).join(', ')}.`,
      fix: "For instance --agent claude-code, --agent model:anthropic/claude-sonnet-5, or --agent 'command:./fix.sh'. `miyabi agents` says which can be used here.",
    });
  }
  if (told === undefined) return { name: agent };
  return agent === 'command' || agent === 'acp' ? { name: agent, command: told } : { name: agent, model: modelFlag(told) };
}

function modelFlag(text: string): string {
  if (parseModelName(text) !== undefined) return text;
  throw new Failure('usage', {
    what: `${JSON.stringify(text)} names no model.`,
    why: 'A model is named by its provider and its name there, with a slash between them.',
    fix: 'For instance anthropic/claude-sonnet-5; further providers are configured in models.providers.',
  });
}
