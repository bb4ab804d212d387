import { join } from 'node:path';
import type { RunReport, WorldReport } from '../../src/operations/report.ts';
import type { CommandEnd } from './miyabi.ts';
import { git, makeProject, miyabi, smallProject, startMiyabi, testsWithoutNpm, withoutWalls } from './miyabi.ts';
import { reportOf } from './place.ts';
import type { Script, ScriptedCall, ScriptedRequest, Turn } from './scripted-provider/scripted-provider.ts';
import { openScriptedProvider } from './scripted-provider/scripted-provider.ts';
import { temporaryFolder } from './temporary.ts';

/** The key of the scripted provider. */
export const scriptedKey = 'sk-very-secret-indeed';

/** What each world's model does: by the name of the model, the turn of its conversation. What is asked of another one is refused. */
export type ModelScripts = Readonly<Record<string, Script>>;

export interface ModelPlaceOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Further providers, as they are configured. */
  readonly providers?: Readonly<Record<string, object>>;
}

/**
 * The small project, a state folder, and a provider `scripted` whose models do what is scripted, for 1 USD a million tokens of input and 10 of
 * output. Worlds are only bounded.
 */
export async function modelPlace(models: ModelScripts, { env = {}, providers = {} }: ModelPlaceOptions = {}) {
  const folder = await temporaryFolder();
  const script: Script = (request) => models[request.model]?.(request) ?? { fail: 404 };
  const provider = await openScriptedProvider({ script });
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const settings = {
    protocol: 'openai-chat',
    url: provider.url('openai-chat'),
    keyVariable: 'SCRIPTED_KEY',
    private: true,
    requestsPerMinute: 1_000,
    tokensPerMinute: 100_000_000,
  };
  const prices = Object.keys(models).map((name) => [`scripted/${name}`, { inputPerMillionUsd: 1, outputPerMillionUsd: 10 }]);
  const options = {
    cwd: project,
    state: join(folder.path, 'state'),
    env: {
      ...withoutWalls,
      ...testsWithoutNpm,
      SCRIPTED_KEY: scriptedKey,
      MIYABI_MODELS_PROVIDERS: JSON.stringify({ scripted: settings, ...providers }),
      MIYABI_MODELS_PRICES: JSON.stringify(Object.fromEntries(prices)),
      MIYABI_MODELS_MOST_OUTPUT_TOKENS: '1000',
      MIYABI_WORLDS_PARALLEL: '9',
      MIYABI_EARLY_UNBEATABLE: 'false',
      ...env,
    },
  };
  const args = (worlds: readonly object[], more: readonly string[], own: Readonly<Record<string, string>> = {}) => ({
    args: ['run', 'add() subtracts', '--agent', 'model', '--worlds', String(worlds.length), '--json', ...more],
    options: { ...options, env: { ...options.env, ...own, MIYABI_WORLDS_SETTINGS: JSON.stringify(worlds) } },
  });
  return {
    folder: folder.path,
    project,
    state: options.state,
    provider,
    /** What every command is started with beside the environment of whoever runs the tests. */
    env: options.env,
    /** `miyabi run` with a world for each of these settings. */
    run: async (worlds: readonly object[], more: readonly string[] = [], own: Readonly<Record<string, string>> = {}) => {
      const begun = args(worlds, more, own);
      return await miyabi(begun.args, begun.options);
    },
    /** The same while it goes on. */
    start: (worlds: readonly object[], more: readonly string[] = []) => {
      const begun = args(worlds, more);
      return startMiyabi(begun.args, begun.options);
    },
    miyabi: async (commands: readonly string[], own: Readonly<Record<string, string>> = {}) =>
      await miyabi(commands, { ...options, env: { ...options.env, ...own } }),
    git: async (...commands: readonly string[]) => await git(project, ...commands),
    [Symbol.asyncDispose]: async () => {
      await provider[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A world whose agent is a model of the scripted provider. */
export function asks(model: string): { readonly model: string } {
  return { model: `scripted/${model}` };
}

export const tool = (name: string, input: unknown): ScriptedCall => ({ tool: name, input });
export const edit = (from: string, to: string): ScriptedCall => tool('edit', { path: 'src/add.js', old: from, new: to });

/** Mends the small project, and says so. */
export const right = ({ turnIndex }: ScriptedRequest): Turn =>
  turnIndex === 0 ? { call: edit('a - b', 'a + b') } : { say: 'It subtracted; now it adds.' };

/** One turn after the other, by the place in the conversation. */
export function turns(...all: readonly Turn[]): (request: ScriptedRequest) => Turn {
  return ({ turnIndex }) => all[turnIndex] ?? { say: 'Done.' };
}

/** One turn after the other, by how often it was asked. */
export function onceEach(first: readonly Turn[], then: Script): Script {
  let asked = 0;
  return (request) => first[asked++] ?? then(request);
}

export interface EndedRun {
  readonly report: RunReport;
  /** By world, of the first task. */
  readonly worlds: Readonly<Record<string, WorldReport>>;
}

export function endOf(end: CommandEnd): EndedRun {
  const report = reportOf(end);
  return { report, worlds: Object.fromEntries((report.tasks[0]?.worlds ?? []).map((world) => [world.world, world])) };
}
