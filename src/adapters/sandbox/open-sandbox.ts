import { rm } from 'node:fs/promises';
import type { Clock } from '../../ports/clock.ts';
import type { ProcessRequest, ProcessResult, ProcessRunner } from '../../ports/process.ts';
import type { Sandbox, SandboxRequest } from '../../ports/sandbox.ts';
import type { ControlGroups } from './control-groups/control-group.ts';
import { gatherIncidents } from './incidents.ts';
import type { Egress, EgressRequest, NetworkDecision } from './network/open-egress.ts';
import { incidentsOfEnd } from './incidents-of-end.ts';
import type { Rung, Told } from './rung.ts';
import type { Watch } from './watch/watch-world.ts';
import { watchWorld } from './watch/watch-world.ts';
import { findWorldProcesses } from './watch/world-processes.ts';

export interface SandboxParts {
  readonly rung: Rung;
  readonly process: ProcessRunner;
  readonly groups: ControlGroups;
  readonly clock: Clock;
  readonly hidden: readonly string[];
  /** Made for this sandbox and empty; removed with it. */
  readonly scratch: string;
  /** What the environment of every program of this world holds, and of no other: `NAME=value`. */
  readonly mark: readonly [name: string, value: string];
}

/** Puts one sandbox together: the way out, the control group, the walls and the watch; and takes them apart in the opposite order. */
export async function openSandbox(request: SandboxRequest, parts: SandboxParts): Promise<Sandbox> {
  const { rung, clock } = parts;
  const stopping = new AbortController();
  const incidents = gatherIncidents({ clock, report: request.onIncident });
  await using opening = new AsyncDisposableStack();
  opening.defer(() => incidents.flush());
  opening.defer(() => rm(parts.scratch, { recursive: true, force: true }));

  const tell = (told: Told): void => {
    const incident = incidents.tell(told);
    if (told.stopped && !stopping.signal.aborted) stopping.abort(incident);
  };
  const egress = needsWayOut(request) ? opening.use(await openWayOut(request, tell)) : undefined;
  const group = rung.joinsGroup ? await parts.groups.open(request.name, request.limits) : undefined;
  if (group !== undefined) opening.use(group);
  stopping.signal.addEventListener('abort', () => {
    // What cannot be killed now is killed with the group below; the runner ends each program in any case.
    group?.kill().catch(() => undefined);
  });
  const { hidden, scratch } = parts;
  const walls = opening.use(await rung.open({ ...request, hidden, scratch, egress, group, tell }));
  const processes = group === undefined ? findWorldProcesses(parts.mark.join('=')) : undefined;
  const folders = [...(request.written ?? []), ...request.writable];
  const watch = opening.use(watchWorld({ group, processes, folders, limits: request.limits, clock, tell }));
  const runner = opening.use(
    insideRunner({ walls, watch, tell, stopped: stopping.signal, outputBytes: request.limits.outputBytes, ...parts }),
  );

  const open = opening.move();
  return {
    level: request.level,
    process: runner,
    environment: egress?.environment ?? {},
    stopped: stopping.signal,
    incidents: () => incidents.all(),
    usage: () => {
      // What happened since the last look counts too.
      watch.look();
      return { ...watch.usage(), contacted: egress?.contacted() ?? [] };
    },
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}

/** Loaded where there is one: most worlds have no way out, and servers, TLS and names take their memory. */
async function openWayOut(request: SandboxRequest, tell: (told: Told) => void): Promise<Egress> {
  const { openEgress } = await import('./network/open-egress.ts');
  return await openEgress({ ...wayOut(request), onDecision: denials(tell) });
}

function needsWayOut({ level, network, models, tellsNetwork }: SandboxRequest): boolean {
  return models !== undefined || (level !== 'limits' && (network.length > 0 || tellsNetwork === true));
}

/** Without walls the network is the machine's: a proxy would be a suggestion, and only the gateway to models is of use. */
function wayOut({ level, network, models }: SandboxRequest): Pick<EgressRequest, 'allow' | 'models' | 'listen' | 'isProxy'> {
  if (level === 'limits') return { allow: [], models, listen: 'loopback', isProxy: false };
  return { allow: network, models, listen: level === 'seatbelt' ? 'loopback' : 'socket' };
}

function denials(tell: (told: Told) => void): (decision: NetworkDecision) => void {
  return ({ allowed, host, port, why }) => {
    if (!allowed)
      tell({ kind: 'network', detail: `${host === '' ? 'an address' : `${host}:${port}`} was asked for: ${why}`, stopped: false });
  };
}

interface Inside extends Pick<SandboxParts, 'process' | 'mark'> {
  readonly walls: Awaited<ReturnType<Rung['open']>>;
  readonly watch: Watch;
  readonly tell: (told: Told) => void;
  readonly stopped: AbortSignal;
  readonly outputBytes: number;
}

/** Runs programs inside until the world is stopped or the sandbox disposed of; after that they count as cancelled. */
function insideRunner({ walls, watch, tell, stopped, outputBytes, process: outside, mark }: Inside): ProcessRunner {
  const ending = new AbortController();
  const running = new Set<Promise<ProcessResult>>();

  async function run(request: ProcessRequest): Promise<ProcessResult> {
    const ends = [stopped, ending.signal, ...(request.signal === undefined ? [] : [request.signal])];
    const nothing = { stdout: '', stderr: '', droppedBytes: 0, durationMs: 0, leftovers: 0 };
    if (ends.some((signal) => signal.aborted)) return { end: { kind: 'cancelled' }, ...nothing };
    if (holdsNul(request)) return { end: { kind: 'not-started', reason: 'An argument or a variable holds a NUL character.' }, ...nothing };
    const talk = heldBack(request.converse);
    const confined = walls.confine({ ...request, ...talk.request, env: { ...request.env, [mark[0]]: mark[1] } });
    let printed = 0;
    const onOutput = (bytes: number): void => {
      printed += bytes;
      if (printed > outputBytes) tell({ kind: 'output', detail: `a program printed more than ${megabytes(outputBytes)}`, stopped: true });
      request.onOutput?.(bytes);
    };
    const seen = await outside.run({ ...confined, onOutput, signal: AbortSignal.any(ends) });
    const result = walls.interpret?.(seen) ?? seen;
    for (const incident of incidentsOfEnd(result)) tell(incident);
    if (result.end.kind !== 'exited' || result.end.code !== 0) watch.look();
    talk.rethrow();
    return result;
  }

  return {
    run(request) {
      const child = run(request);
      running.add(child);
      return child.finally(() => running.delete(child));
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await Promise.allSettled(running);
    },
  };
}

/** What a talk throws waits until it is known what happened to the program: of that incidents are told all the same. */
function heldBack(converse: ProcessRequest['converse']): { readonly request: Pick<ProcessRequest, 'converse'>; rethrow(): void } {
  let thrown: { readonly error: unknown } | undefined;
  if (converse === undefined) return { request: {}, rethrow: () => undefined };
  return {
    request: {
      converse: async (conversation) => {
        try {
          await converse(conversation);
        } catch (error) {
          thrown = { error };
        }
      },
    },
    rethrow() {
      if (thrown !== undefined) throw thrown.error;
    },
  };
}

function holdsNul({ command, cwd, env }: ProcessRequest): boolean {
  return [...command, cwd, ...Object.entries(env).flat()].some((text) => text.includes('\0'));
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}
