import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProgramName } from '../../src/ports/programs.ts';
import type { ModelsReport, RunReport, WorldReport } from '../../src/operations/report.ts';
import { git, makeProject, miyabi, smallProject, startMiyabi } from '../support/miyabi.ts';
import type { MiyabiOptions } from '../support/miyabi.ts';
import type { Script, ScriptedProvider, Turn } from '../support/scripted-provider/scripted-provider.ts';
import { openScriptedProvider } from '../support/scripted-provider/scripted-provider.ts';
import { temporaryFolder } from '../support/temporary.ts';
import type { Driven } from './agents.ts';
import { fileToMend } from './agents.ts';

/** How one case of one way of driving a program came out. */
export type Outcome = { readonly kind: 'passed' | 'failed' | 'left-out'; readonly detail: string };

export type CaseName = 'edits' | 'counts' | 'cancels' | 'denies' | 'dies' | 'fails';

const usage = { inputTokens: 1_000, outputTokens: 50, cachedTokens: 200 };
const secret = 'sk-very-secret-indeed';

/** Where each lies. */
type Programs = Readonly<Partial<Record<ProgramName, string>>>;

interface Stand {
  readonly options: MiyabiOptions;
  readonly project: string;
  readonly provider: ScriptedProvider;
  readonly arguments: readonly string[];
}

/** A project with a fault, a provider that answers by script, and a Miyabi that knows nothing but these. */
async function withStand<T>(
  one: Driven,
  programs: Programs,
  script: Script,
  settings: Readonly<Record<string, string>>,
  look: (stand: Stand) => Promise<T>,
): Promise<T> {
  await using folder = await temporaryFolder();
  await using provider = await openScriptedProvider({ script });
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const [name = ''] = one.model.split('/');
  const { protocol } = one;
  const env = {
    SCRIPTED_KEY: secret,
    MIYABI_AGENT_PROGRAMS: JSON.stringify(programs),
    MIYABI_AGENT_THROUGH: one.through,
    MIYABI_AGENT_MODEL: one.model,
    MIYABI_ISOLATION: 'bubblewrap',
    MIYABI_MODELS_PROVIDERS: JSON.stringify({
      [name]: { protocol, url: provider.url(protocol), keyVariable: 'SCRIPTED_KEY', private: true, tokensPerMinute: 10_000_000 },
    }),
    ...settings,
  };
  const options = { cwd: project, state: join(folder.path, 'state'), env };
  const args = ['run', 'add() subtracts', '--agent', one.agent, '--worlds', '1', '--timeout', '3', '--json', '--yes'];
  return await look({ options, project, provider, arguments: args });
}

/** What programs ask beside their work, such as a title, is answered too, and counts. */
function working(calls: Driven['edit']): Script {
  return (request): Turn => {
    if (request.tools.length === 0) return { say: 'A title', usage };
    const call = calls[request.turnIndex];
    return call === undefined ? { say: 'It subtracted; now it adds.', usage } : { call: call(fileToMend(request)), usage };
  };
}

/** The file is edited within the walls, the change becomes the branch, and every call is in the books, at its price. */
export async function edits(one: Driven, programs: Programs): Promise<Readonly<Record<'edits' | 'counts', Outcome>>> {
  return await withStand(one, programs, working(one.edit), {}, async ({ options, project, provider, arguments: args }) => {
    const end = await miyabi(args, options);
    const report = end.lines.at(-1) as unknown as RunReport | undefined;
    const world = report?.tasks?.[0]?.worlds[0];
    const isMended = report?.branch != null && (await git(project, 'show', `${report.branch}:src/add.js`)).includes('a + b');
    const leaked = [end.stdout, end.stderr].some((text) => text.includes(secret));
    // Telemetry, updates and whatever else it would ask for by itself: the walls would let none of it through, and tell.
    const asked = report?.warnings.filter((warning) => warning.includes('(network)')) ?? [];
    const edited = end.code === 0 && isMended && !leaked && asked.length === 0;
    const why = asked[0] ?? world?.reason ?? `exit ${end.code}: ${end.stderr.slice(-500)}`;
    return {
      edits: outcome(edited, edited ? seconds(world?.durationMs) : why),
      counts: counted(provider, world),
    };
  });
}

function counted({ requests }: ScriptedProvider, world: WorldReport | undefined): Outcome {
  const models: ModelsReport | null | undefined = world?.models;
  const asked = requests.length;
  const isRight =
    models != null &&
    models.calls === asked &&
    models.inputTokens === asked * usage.inputTokens &&
    models.outputTokens === asked * usage.outputTokens &&
    models.cachedTokens === asked * usage.cachedTokens &&
    models.unknownPrices === 0;
  const keys = requests.every(({ credential }) => credential === secret);
  const told = `${models?.calls ?? 0} of ${asked} calls, ${models?.inputTokens ?? 0} in, ${models?.outputTokens ?? 0} out, ${(world?.costUsd ?? 0).toFixed(4)} USD`;
  return outcome(isRight && keys && asked > 1, keys ? told : 'the key was not put in');
}

/** Ended in the middle of a call: the run ends at once, the call is let go, and nothing of the program is left. */
export async function cancels(one: Driven, programs: Programs): Promise<Outcome> {
  const script: Script = ({ tools }) => (tools.length === 0 ? { say: 'A title', usage } : 'endless');
  return await withStand(one, programs, script, {}, async ({ options, provider, arguments: args }) => {
    const running = startMiyabi(args, options);
    const asked = await Promise.race([provider.waitForRequest(1), running.then(() => undefined)]);
    if (asked === undefined) return outcome(false, 'it ended before it asked its model');
    const began = performance.now();
    running.kill('SIGINT');
    const { exitCode } = await running;
    const tookMs = performance.now() - began;
    const ended = await Promise.race([asked.ended, wait(5_000, 'not let go')]);
    const left = processesIn(options.state);
    const isRight = exitCode === 130 && left.length === 0 && ended !== 'not let go';
    return outcome(
      isRight,
      isRight
        ? seconds(tookMs)
        : `exit ${exitCode}, the call was ${ended}, left: ${left.map(({ command }) => command.join(' ').slice(0, 100)).join(', ') || 'nothing'}`,
    );
  });
}

/** Where it may not do more than edit, what it asks for is denied, seen, and the run goes on to its end. */
export async function denies(one: Driven, programs: Programs): Promise<Outcome> {
  const { ask } = one;
  if (ask === undefined) return { kind: 'left-out', detail: 'it asks for nothing: within walls all is allowed, and they hold' };
  return await withStand(
    one,
    programs,
    working([ask]),
    { MIYABI_AGENT_PERMISSIONS: 'deny' },
    async ({ options, provider, arguments: args }) => {
      const end = await miyabi(args, options);
      const world = (end.lines.at(-1) as unknown as RunReport | undefined)?.tasks?.[0]?.worlds[0];
      const isSeen = end.stdout.includes('not allowed') || world?.stop?.startsWith('denied') === true;
      const told = provider.requests
        .flatMap(({ toolResults }) => toolResults)
        .join(' ')
        .slice(0, 80);
      return outcome(
        isSeen && end.code === 6,
        isSeen ? `stopped: ${world?.stop ?? 'not told'}` : `exit ${end.code}, stop ${world?.stop}, it was told: ${told}`,
      );
    },
  );
}

/** Killed while its model is being asked: it is started once more, goes on where it was, and wins. */
export async function dies(one: Driven, programs: Programs): Promise<Outcome> {
  const works = working(one.edit);
  let isFirst = true;
  const script: Script = (request) => {
    if (request.tools.length === 0 || !isFirst) return works(request);
    isFirst = false;
    return 'endless';
  };
  return await withStand(one, programs, script, {}, async ({ options, provider, arguments: args }) => {
    const running = startMiyabi(args, options);
    const killed = await Promise.race([killWhenAsking(provider, options.state), running.then(() => 0)]);
    const { exitCode, stdout } = await running;
    const world = (JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Partial<RunReport>).tasks?.[0]?.worlds[0];
    return outcome(
      exitCode === 0 && killed > 0,
      exitCode === 0 ? seconds(world?.durationMs) : `exit ${exitCode}, ${world?.stop}: ${world?.reason}`,
    );
  });
}

/** @returns how many processes were killed. */
async function killWhenAsking(provider: ScriptedProvider, state: string): Promise<number> {
  for (let n = 1; ; n += 1) if ((await provider.waitForRequest(n)).tools.length > 0) break;
  const victims = processesIn(state).filter(({ command }) => command.slice(0, 2).some((word) => word.includes('/miyabi-agents/')));
  for (const { id } of victims) process.kill(id, 'SIGKILL');
  return victims.length;
}

/** What its provider says no to is told for what it is. */
export async function fails(one: Driven, programs: Programs): Promise<Outcome> {
  const told: string[] = [];
  for (const status of [404, 401] as const) {
    told.push(
      await withStand(
        one,
        programs,
        () => ({ fail: status }),
        {},
        async ({ options, arguments: args }) => {
          const end = await miyabi(args, options);
          const world = (end.lines.at(-1) as unknown as RunReport | undefined)?.tasks?.[0]?.worlds[0];
          const stop = world?.stop ?? `exit ${end.code}`;
          return stop === 'error: other' ? `${stop} (${world?.reason})` : stop;
        },
      ),
    );
  }
  return outcome(told.join() === 'error: unknown-model,error: wrong-key', told.join(', '));
}

interface FoundProcess {
  readonly id: number;
  readonly command: readonly string[];
}

/** Processes that were told of that folder. */
function processesIn(folder: string): readonly FoundProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'latin1').includes(folder)) return [];
      return [{ id: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'latin1').split('\0') }];
    } catch {
      // It has gone meanwhile, or is not ours to look at.
      return [];
    }
  });
}

function outcome(isRight: boolean, detail: string): Outcome {
  return { kind: isRight ? 'passed' : 'failed', detail };
}

function seconds(ms: number | undefined): string {
  return `${((ms ?? 0) / 1_000).toFixed(1)} s`;
}
