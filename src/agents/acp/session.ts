import { methods } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import { formatModelName } from '../../domain/model.ts';
import type { ModelSettings } from '../../domain/world.ts';
import type { AgentTask } from '../../ports/agent.ts';
import type { AuthMethod, SessionSettings } from './answers.ts';
import { newSessionAnswer, sessionSettings } from './answers.ts';
import type { Abilities, Connection } from './connection.ts';
import type { AcpProgram } from './program.ts';
import { offeredModels, sessionChanges } from './session-choices.ts';
import type { SessionChange } from './session-choices.ts';
import { Stopped, failed, isAuthRequired } from './stopped.ts';

export interface SessionParts {
  readonly connection: Connection;
  readonly abilities: Abilities;
  readonly task: AgentTask;
  readonly program: AcpProgram;
}

const anything = z.unknown();

/** A new session in the checkout, set to what the task wishes. @returns its id. @throws Stopped */
export async function newSession(parts: SessionParts): Promise<string> {
  const { connection } = parts;
  const begin = async () => await connection.ask(methods.agent.session.new, placeOf(parts), newSessionAnswer.and(sessionSettings));
  const session = await begin().catch(async (error: unknown) => {
    if (!(error instanceof Stopped) || !isAuthRequired(error.cause)) throw error;
    await authenticate(parts);
    return await begin();
  });
  await setUp(parts, session.sessionId, session);
  return session.sessionId;
}

/** Whether a session that was cut off can be taken up again by another process of the program. */
export function canResume({ agentCapabilities }: Abilities): boolean {
  return agentCapabilities?.loadSession === true || isThere(agentCapabilities?.sessionCapabilities?.resume);
}

/** Takes a session up again; to be asked only where {@link canResume}. */
export async function resumeSession(parts: SessionParts, sessionId: string): Promise<void> {
  const { connection, abilities } = parts;
  const { resume, load } = methods.agent.session;
  // Loading tells the whole of the session once more, resuming does not.
  const method = isThere(abilities.agentCapabilities?.sessionCapabilities?.resume) ? resume : load;
  const settings = await connection.ask(method, { sessionId, ...placeOf(parts) }, sessionSettings);
  await setUp(parts, sessionId, settings);
}

function placeOf({ task, program }: SessionParts) {
  const meta = program.sessionMeta === undefined ? {} : { _meta: program.sessionMeta };
  return { cwd: task.directory, mcpServers: [], ...meta };
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

async function authenticate({ connection, abilities, task, program }: SessionParts): Promise<void> {
  const environment = { ...task.environment, ...program.environment };
  const method = abilities.authMethods.find((each) => hasKey(each, environment));
  if (method !== undefined) return void (await connection.ask(methods.agent.authenticate, { methodId: method.id }, anything));
  const offered = abilities.authMethods.map(({ id, name }) => name ?? id).join(', ');
  throw failed(
    'no-key',
    `It wants to be signed in${offered === '' ? '' : ` (${offered})`}, and none of that works with a key in its environment.`,
  );
}

/** Variables with the key of a provider; the names of methods are those of Gemini CLI, codex-acp and what the protocol is about to have. */
const keys: Readonly<Record<string, string>> = { google: 'GEMINI_API_KEY', openai: 'OPENAI_API_KEY', anthropic: 'ANTHROPIC_API_KEY' };
const providersOfMethods: Readonly<Record<string, string>> = {
  'gemini-api-key': 'google',
  'openai-api-key': 'openai',
  'anthropic-api-key': 'anthropic',
};

function hasKey({ id, vars, _meta: meta }: AuthMethod, environment: Readonly<Record<string, string>>): boolean {
  if (vars !== undefined && vars !== null && vars.length > 0) return vars.every(({ name }) => environment[name] !== undefined);
  const provider = meta?.['api-key']?.provider ?? providersOfMethods[id];
  const variable = provider === undefined ? undefined : keys[provider];
  return variable !== undefined && environment[variable] !== undefined;
}

async function setUp(parts: SessionParts, sessionId: string, offered: SessionSettings): Promise<void> {
  const { task, program } = parts;
  const { model, effort } = task.choice as Partial<ModelSettings>;
  // Without walls, what a program asks for before it does it is all that holds it.
  const freely = task.isWalled && task.permissions === 'allow';
  // Telling it twice would cost: Claude's adapter asks the provider for each model that it is set to.
  const wanted = program.isToldModel ? undefined : model;
  const changes = sessionChanges(offered, { freely, model: wanted, effort });
  const models = offeredModels(offered);
  if (wanted !== undefined && !changes.some(({ about }) => about === 'model')) {
    const name = formatModelName(wanted);
    if (models !== undefined) throw failed('unknown-model', `It does not offer ${name}, but ${models.slice(0, 20).join(', ')}.`);
    task.onEvent({ type: 'output', line: `It cannot be told to use ${name}, and takes its own model.` });
  }
  for (const change of changes) await apply(parts, sessionId, change);
}

/** What is refused after it was offered is gone without, but for a model: a mode in silence, since then it asks for permission and is answered. */
async function apply({ connection, task }: SessionParts, sessionId: string, change: SessionChange): Promise<void> {
  const [method, params] = requestOf(sessionId, change);
  try {
    await connection.ask(method, params, anything);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    if (change.about === 'model') throw failed('unknown-model', error.message, error);
    if (change.about !== 'mode') task.onEvent({ type: 'output', line: `It could not be set to ${change.value}: ${error.message}` });
  }
}

function requestOf(sessionId: string, change: SessionChange): readonly [string, unknown] {
  switch (change.set) {
    case 'option':
      return [methods.agent.session.setConfigOption, { sessionId, configId: change.configId, value: change.value }];
    case 'mode':
      return [methods.agent.session.setMode, { sessionId, modeId: change.value }];
    case 'model':
      // It was part of the protocol before there were options; Gemini CLI 0.61 knows nothing else.
      return ['session/set_model', { sessionId, modelId: change.value }];
  }
}
