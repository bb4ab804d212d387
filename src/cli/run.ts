import { realpath, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { Issue } from '../domain/issue.ts';
import { issueLimit, parseIssue } from '../domain/issue.ts';
import { parseModelName } from '../domain/model.ts';
import { agentNames } from '../domain/world.ts';
import { startRun } from '../operations/start.ts';
import { attach } from './attached.ts';
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

/** A folder, from where the user stands; or the address of a remote as it is. */
function repositoryOf(shell: Shell, wanted = '.'): string {
  return /^[a-z]+:\/\/|^[^/]+@[^/]+:/i.test(wanted) ? wanted : resolve(shell.cwd, wanted);
}

/** `miyabi run`: one issue to a branch with a verified change. */
export async function run(shell: Shell, issueArgument: string, options: RunOptions): Promise<number> {
  const issue = await readIssue(shell.cwd, issueArgument);
  await using app = await shell.open(options, flagsOf(options));
  const started = await startRun(app.tools, {
    issue,
    repository: repositoryOf(shell, options.repo),
    base: options.base,
    into: options.into,
    approveAll: options.yes === true,
  });
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

/** A path to an existing file is read; anything else is the text of the issue. */
async function readIssue(cwd: string, argument: string): Promise<Issue> {
  const path = resolve(cwd, argument);
  const isFile =
    argument.length < 4096 && !argument.includes('\n') && !argument.includes('\0')
      ? await stat(path).then(
          (entry) => entry.isFile(),
          () => false,
        )
      : false;
  if (!isFile && looksLikeAPath(argument)) {
    throw new Failure('usage', {
      what: `There is no file ${path}.`,
      why: 'The issue is given as a Markdown file or as text, and this looks like a file.',
      fix: 'Check the name, or put the text of the issue in quotes.',
    });
  }
  const text = isFile ? await readFile(path, 'utf8') : argument;
  if (text.length > issueLimit) {
    throw new Failure('usage', {
      what: `The issue has ${text.length.toLocaleString('en')} characters.`,
      why: `More than ${issueLimit.toLocaleString('en')} are not read.`,
      fix: 'Shorten it, or split it.',
    });
  }
  const issue = parseIssue(text, isFile ? { kind: 'file', path: await realpath(path) } : { kind: 'text' });
  if (issue !== undefined) return issue;
  throw new Failure('usage', {
    what: 'The issue is empty.',
    why: 'There is nothing in it to read.',
    fix: 'Say in a sentence what is wrong or wanted.',
  });
}

function looksLikeAPath(argument: string): boolean {
  return /^[^\s]+\.(md|markdown|txt)$/i.test(argument);
}
