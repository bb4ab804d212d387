import type { JobId } from '../../src/domain/ids.ts';
import type { JobSpec } from '../../src/domain/job.ts';
import type { Worker } from '../../src/weaver/engine.ts';
import { isExpected } from './expected.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';
import type { Site } from './site.ts';
import { runIn } from './timers.ts';

/** A service: takes what nobody carries until it is stopped, dies, or its worker fails; then the next one is started. */
export class Service {
  readonly #site: Site;
  readonly #name: string;
  /** A job that never ends: whoever waits for it hears when the worker fails. */
  readonly #endless: JobId;
  #program: Program | undefined;
  #worker: Worker | undefined;
  #over = false;
  #ended = Promise.withResolvers<void>();

  constructor(site: Site, name: string, endless: JobId) {
    this.#site = site;
    this.#name = name;
    this.#endless = endless;
    this.#start();
  }

  get program(): Program | undefined {
    return this.#program;
  }

  /** Stops it for good. Resolves when everything of it has ended. */
  async stop(): Promise<void> {
    this.#over = true;
    const program = this.#program;
    if (program === undefined) return;
    const worker = this.#worker;
    // What goes wrong is told where the worker is waited for.
    if (worker !== undefined) void runIn(program.life, () => worker.stop().catch(() => undefined));
    await this.#ended.promise;
  }

  #start(): void {
    if (this.#over) return;
    const program = startProgram(this.#site, this.#name);
    this.#program = program;
    this.#worker = undefined;
    this.#ended = Promise.withResolvers();
    const ended = this.#ended;
    program.life.onDeath(() => {
      this.#program = undefined;
      ended.resolve();
      this.#site.machine.time.after(this.#site.machine.random.pick([1, 100, 1_500]), () => this.#start());
    });
    void runIn(program.life, () => this.#run(program));
  }

  async #run({ life, engine }: Program): Promise<void> {
    const { machine } = this.#site;
    try {
      const worker = await engine.work({ jobs: 'unclaimed', concurrency: machine.random.whole(1, 6), ...typeLimit(this.#site) });
      this.#worker = worker;
      machine.note(life.name, 'works');
      if (this.#over) await worker.stop();
      await worker.settled(this.#endless);
      await worker.stop();
    } catch (error) {
      isExpected(machine, `${life.name} failed`, error);
      await this.#worker?.stop().catch((again: unknown) => isExpected(machine, `${life.name} could not be stopped`, again));
    }
    if (life.timers > 0) machine.violate(`${life.name} has stopped, and ${life.timers} of its timers are still set.`);
    life.die();
  }
}

function typeLimit({ machine: { random } }: Site) {
  return random.chance(0.2) ? { concurrencyByType: { 'sim.step': random.whole(1, 2) } } : {};
}

/** A program that submits a job, carries it as far as it goes or until it is stopped, and ends. */
export function runAttached(site: Site, spec: JobSpec, submitted: (jobId: JobId) => void): void {
  const { machine } = site;
  const program = startProgram(site, 'attached');
  const run = async (): Promise<void> => {
    const { engine, life } = program;
    try {
      const { jobId } = await engine.submit(spec);
      submitted(jobId);
      const worker = await engine.work({ jobs: [jobId], concurrency: machine.random.whole(1, 4) });
      // What goes wrong is told where the worker is waited for.
      site.stops.set(program, () => void runIn(life, () => worker.stop().catch(() => undefined)));
      try {
        await worker.settled(jobId);
      } finally {
        await worker.stop();
      }
    } catch (error) {
      isExpected(machine, `${life.name} failed`, error);
    }
    life.die();
  };
  void runIn(program.life, run);
}
