import type { ChildProcess } from 'node:child_process';
import { openBoundedLog } from './bounded-log.ts';
import type { BoundedLog } from './bounded-log.ts';
import { choosePort } from './choose-port.ts';
import { endProgram } from './end-program.ts';
import { isAlive, knownProcess } from './process-identity.ts';
import { restartDelay } from './restart-delay.ts';
import { startProgram } from './start-program.ts';
import type { ProgramPlace } from './start-program.ts';
import type { KnownProcess, SupervisedRelease } from './state-file.ts';

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
  /** Whether a first start that fails is told; else it is tried again like any other. */
  readonly mayFail: boolean;
}

/** How often a process that is not our child is looked at, and logs are bounded, in ms. */
const lookMs = 1_000;
/** Exits that are remembered. */
const mostExits = 100;
/** Starts in a row with another port, where somebody was faster. */
const mostPorts = 5;

/**
 * Keeps one release running until it is ended: takes over the process that is there already, starts it where there is none, and starts
 * it again when it exits, later each time that it does so within a minute.
 *
 * @throws whatever its first start throws, where that may fail.
 */
export async function supervise(release: SupervisedRelease, place: SupervisePlace): Promise<Supervised> {
  const one = new SupervisedProgram(release, place);
  await one.begin();
  return one;
}

class SupervisedProgram implements Supervised {
  readonly #release: SupervisedRelease;
  readonly #place: SupervisePlace;
  readonly #log: BoundedLog;
  readonly #looking: NodeJS.Timeout;
  #port: number | undefined;
  #process: KnownProcess | undefined;
  #exits: readonly number[];
  /** Its process is of a keeper before us: no child of ours. */
  #isAdopted = false;
  #isOver = false;
  #portsTried = 0;
  #again: NodeJS.Timeout | undefined;
  /** Starts and exits are dealt with one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(release: SupervisedRelease, place: SupervisePlace) {
    this.#release = release;
    this.#place = place;
    this.#port = release.port;
    this.#process = release.process;
    this.#exits = release.exits;
    this.#log = openBoundedLog(place.logFile);
    this.#looking = setInterval(() => this.#look(), lookMs);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async begin(): Promise<void> {
    if (this.#process !== undefined && isAlive(this.#process) && this.#port !== undefined) {
      this.#isAdopted = true;
      this.#note(`still runs as process ${this.#process.pid}: taken over`);
      return;
    }
    // Started in the instant before a death, and never written down.
    await endProgram(this.#process, this.#release.mark, 0);
    this.#process = undefined;
    if (!this.#place.mayFail) return await this.#startAgain();
    try {
      await this.#start();
    } catch (error) {
      this.leave();
      this.#log.close();
      throw error;
    }
  }

  async end(stopMs: number): Promise<void> {
    this.leave();
    await this.#turn;
    await endProgram(this.#process, this.#release.mark, stopMs);
    this.#log.close();
  }

  leave(): void {
    this.#isOver = true;
    clearInterval(this.#looking);
    clearTimeout(this.#again);
  }

  #look(): void {
    this.#log.bound();
    if (!this.#isAdopted || this.#process === undefined || isAlive(this.#process)) return;
    this.#isAdopted = false;
    this.#inTurn(() => this.#exited('nobody saw how'));
  }

  async #start(): Promise<void> {
    if (this.#isOver) return;
    const { environment, takenPorts } = this.#place;
    this.#port = await choosePort(this.#port, takenPorts());
    await this.#keep();
    const from = this.#log.size();
    const request = { ...this.#release, environment };
    const child = await startProgram(this.#place, request, {
      mark: this.#release.mark,
      stdio: ['ignore', this.#log.descriptor, this.#log.descriptor],
      command: ['/bin/sh', '-c', this.#release.command],
      variables: { PORT: String(this.#port) },
    });
    const ended = endOf(child);
    this.#process = knownProcess(child.pid);
    await this.#keep();
    this.#note(`runs as process ${child.pid} at port ${this.#port}`);
    void ended.then((how) => this.#inTurn(() => this.#exited(how, from)));
  }

  /** @param from where in the log its own output begins. */
  async #exited(how: string, from?: number): Promise<void> {
    if (this.#isOver) return;
    // What it left behind would be in the way of the next one.
    await endProgram(this.#process, this.#release.mark, 0);
    this.#process = undefined;
    if (from !== undefined && this.#portsTried < mostPorts && isPortTaken(this.#log.tail(from, 64 * 1024))) {
      this.#portsTried += 1;
      this.#port = undefined;
      this.#note('found its port taken: another one is chosen');
      return await this.#startAgain();
    }
    this.#portsTried = 0;
    this.#note(`has exited (${how})`);
    await this.#startLater();
  }

  async #startLater(): Promise<void> {
    this.#exits = [...this.#exits, Date.now()].slice(-mostExits);
    await this.#keep();
    if (this.#isOver) return;
    const waitMs = restartDelay(this.#exits, Date.now());
    this.#note(`is started again in ${waitMs} ms`);
    this.#again = setTimeout(() => this.#inTurn(() => this.#startAgain()), waitMs);
  }

  async #startAgain(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      this.#note(`could not be started: ${String(error)}`);
      await this.#startLater();
    }
  }

  async #keep(): Promise<void> {
    const [process, port] = [this.#process, this.#port];
    const change = { ...(process === undefined ? {} : { process }), ...(port === undefined ? {} : { port }), exits: [...this.#exits] };
    await this.#place.onChange(change);
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => this.#note(String(error)));
  }

  #note(line: string): void {
    this.#place.note(`r${this.#release.release} ${line}`);
  }
}

/** As runtimes say it of a port at which somebody listens already. */
function isPortTaken(output: string): boolean {
  return /EADDRINUSE|address (?:is )?already in use/i.test(output);
}

/** @returns how it ended, as people read it. */
async function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
}
