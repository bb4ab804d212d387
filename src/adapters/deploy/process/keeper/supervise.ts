import type { ChildProcess } from 'node:child_process';
import { choosePort } from './choose-port.ts';
import { openBoundedLog } from './bounded-log.ts';
import type { BoundedLog } from './bounded-log.ts';
import { endProgram } from './end-program.ts';
import { isAlive, knownProcess } from './process-identity.ts';
import type { KnownProcess, SupervisedRelease } from './state-file.ts';
import { startProgram } from './start-program.ts';
import type { ProgramPlace } from './start-program.ts';

export interface Supervised {
  readonly url: string;
  /** Ends it for good, with all that it has started; `stopMs` between asking and killing. */
  end(stopMs: number): Promise<void>;
  /** Leaves it running, and looks after it no longer. */
  leave(): void;
}

export interface SupervisePlace extends ProgramPlace {
  readonly logFile: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Ports that other releases have. */
  readonly takenPorts: () => readonly number[];
  /** What is known of it has changed: kept before anything else is done. */
  readonly onChange: (change: Pick<SupervisedRelease, 'process' | 'port' | 'exits'>) => Promise<void>;
  readonly note: (line: string) => void;
}

/** How often a process that is not our child is looked at, and logs are bounded, in ms. */
const lookMs = 1_000;
const firstBackoffMs = 250;
const longestBackoffMs = 30_000;
/** Exits of the last minute decide how long the next start waits. */
const recentMs = 60_000;
/** Exits that are remembered. */
const mostExits = 100;
/** Starts in a row with another port, where somebody was faster. */
const mostPorts = 5;

/**
 * Keeps one release running until it is ended: takes over the process that is there already, starts it where there is none, and starts
 * it again when it exits, later each time that it does so within a minute.
 */
export async function supervise(release: SupervisedRelease, place: SupervisePlace): Promise<Supervised> {
  const { mark } = release;
  const log = openBoundedLog(place.logFile);
  let port = release.port;
  let current = release.process;
  let exits = release.exits;
  /** Of a keeper before us: no child of ours. */
  let adopted: KnownProcess | undefined;
  let isOver = false;
  let portsTried = 0;
  let again: NodeJS.Timeout | undefined;
  /** Starts and exits are dealt with one after the other. */
  let turn: Promise<void> = Promise.resolve();

  const looking = setInterval(() => {
    log.bound();
    if (adopted !== undefined && !isAlive(adopted)) {
      adopted = undefined;
      inTurn(() => exited('gone'));
    }
  }, lookMs);

  function inTurn(work: () => Promise<void>): void {
    turn = turn.then(work).catch((error: unknown) => place.note(`r${release.release}: ${String(error)}`));
  }

  function startLater(): void {
    const recent = exits.filter((at) => at > Date.now() - recentMs).length;
    const waitMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.max(0, recent - 1));
    place.note(`r${release.release} is started again in ${waitMs} ms (${recent} exits within a minute)`);
    again = setTimeout(() => inTurn(startAgain), waitMs);
  }

  async function startAgain(): Promise<void> {
    await start().catch((error: unknown) => {
      place.note(`r${release.release} could not be started: ${String(error)}`);
      exits = [...exits, Date.now()].slice(-mostExits);
      startLater();
    });
  }

  async function change(): Promise<void> {
    await place.onChange({ ...(current === undefined ? {} : { process: current }), ...(port === undefined ? {} : { port }), exits });
  }

  async function start(): Promise<void> {
    if (isOver) return;
    port = await choosePort(port, place.takenPorts());
    await change();
    const from = log.size();
    const child = await startProgram(
      place,
      { ...release, environment: place.environment },
      {
        mark,
        stdio: ['ignore', log.descriptor, log.descriptor],
        command: ['/bin/sh', '-c', release.command],
        variables: { PORT: String(port) },
      },
    );
    const ended = endOf(child);
    current = knownProcess(child.pid);
    await change();
    place.note(`r${release.release} runs as process ${child.pid} at port ${port}`);
    void ended.then((how) => inTurn(() => exited(how, from)));
  }

  async function exited(how: string, from?: number): Promise<void> {
    if (isOver) return;
    // What it left behind would be in the way of the next one.
    await endProgram(current, mark, 0);
    current = undefined;
    if (from !== undefined && portsTried < mostPorts && isPortTaken(log, from)) {
      portsTried += 1;
      port = undefined;
      place.note(`r${release.release} found its port taken: another one is chosen`);
      return await startAgain();
    }
    portsTried = 0;
    exits = [...exits, Date.now()].slice(-mostExits);
    await change();
    place.note(`r${release.release} has exited (${how})`);
    startLater();
  }

  async function begin(): Promise<void> {
    if (current !== undefined && isAlive(current) && port !== undefined) {
      adopted = current;
      place.note(`r${release.release} still runs as process ${current.pid}: taken over`);
      return;
    }
    // Started in the instant before a death, and never written down.
    await endProgram(current, mark, 0);
    current = undefined;
    await start();
  }

  function stop(): void {
    isOver = true;
    clearInterval(looking);
    clearTimeout(again);
  }

  try {
    await begin();
  } catch (error) {
    stop();
    log.close();
    throw error;
  }
  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    async end(stopMs) {
      stop();
      await turn;
      await endProgram(current, mark, stopMs);
      log.close();
    },
    leave: stop,
  };
}

function isPortTaken(log: BoundedLog, from: number): boolean {
  return /EADDRINUSE|address (?:is )?already in use/i.test(log.tail(from, 64 * 1024));
}

/** @returns how it ended, as people read it. */
async function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
}
