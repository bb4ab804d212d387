import type { JobId } from '../../src/domain/ids.ts';
import type { BreakPart } from './break-part.ts';
import { Chaos } from './chaos.ts';
import { checkEnd, unrest } from './check-end.ts';
import { concurrencyKeys } from './draw-job.ts';
import { Machine, Violation } from './machine.ts';
import { People } from './people.ts';
import { startProgram } from './program.ts';
import { seededRandom } from './random.ts';
import { Service } from './serve.ts';
import { openSite } from './site.ts';
import type { Site } from './site.ts';
import { ownTimers, runIn } from './timers.ts';

export interface SimulationOptions {
  /** Where the trace is printed to, line by line. */
  readonly print?: (line: string) => void;
  readonly breakPart?: BreakPart;
}

/** What became of one seed. */
export interface SimulationReport {
  readonly seed: number;
  /** What was violated; undefined when nothing was. */
  readonly violation: string | undefined;
  /** Of everything that happened and of all that is stored in the end. */
  readonly hash: string;
  /** The end of the trace. */
  readonly last: readonly string[];
  readonly faults: number;
  readonly commits: number;
  readonly jobs: number;
  /** Virtual ms. */
  readonly lasted: number;
}

/** Virtual time within which everything must have come to rest once nothing goes wrong any more. */
const restMs = 300_000;
/** Virtual time within which processes must have stopped that were asked to. */
const stopMs = 120_000;

/** Runs the engine in a world that is drawn from one seed, and looks at everything it does. */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationReport> {
  const machine = new Machine(seededRandom(seed), options.print);
  const site = openSite(machine, options.breakPart ?? {});
  const people = new People(site);
  using _timers = ownTimers();
  const unhandled = (error: unknown): void =>
    machine.violate(`Nobody caught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.on('unhandledRejection', unhandled);
  try {
    await live(site, people);
  } catch (error) {
    // A violation ends the simulation wherever it was seen, and is told with the rest.
    if (!(error instanceof Violation)) throw error;
  } finally {
    for (const { life } of site.programs) life.die();
    process.off('unhandledRejection', unhandled);
  }
  return {
    seed,
    violation: machine.violation?.message,
    hash: machine.trace.hash(),
    last: machine.trace.last(),
    faults: site.faults.injected,
    commits: site.checks.commits,
    jobs: people.submitted.size,
    lasted: machine.time.now,
  };
}

async function live(site: Site, people: People): Promise<void> {
  const { machine } = site;
  const endless = await submitEndless(site);
  site.faults.begin();
  const services = Array.from({ length: machine.random.whole(1, 3) }, (_, index) => new Service(site, `p${index}-`, endless));
  const chaos = new Chaos(site, people, services);
  await must(machine, 'Chaos does not end', () => chaos.isOver, restMs);
  site.faults.stop();
  machine.note('!', 'nothing goes wrong any more');
  for (const { life } of site.programs) life.goOn();
  // What was asked for while things went wrong is done before anything is tidied up, so that it stays tidy.
  await answered(machine, people);
  await tidy(site, people, endless);
  await must(
    machine,
    'There is no rest',
    async () => (await unrest(site)) === undefined,
    restMs,
    () => unrest(site),
  );
  machine.note('!', 'everything is at rest');
  await answered(machine, people);
  await stop(site, services);
  await checkEnd(site, people.submitted);
}

/** Waits until everybody who asked a living process has been answered. */
function answered(machine: Machine, people: People): Promise<void> {
  const open = (): readonly string[] => people.unanswered();
  return must(
    machine,
    'People get no answer',
    () => open().length === 0,
    stopMs,
    async () => open().join(', '),
  );
}

/** Before anything can go wrong: a job that is never sealed. */
async function submitEndless(site: Site): Promise<JobId> {
  const program = startProgram(site, 'first');
  let jobId: JobId | undefined;
  void runIn(program.life, async () => {
    ({ jobId } = await program.engine.submit({ title: 'endless', tasks: [], open: true }));
    program.life.die();
  });
  await must(site.machine, 'The first job cannot be submitted', () => jobId !== undefined, stopMs);
  return jobId as JobId;
}

/** Takes away what people have set that would hold jobs back for ever; some jobs stay as they are. */
async function tidy(site: Site, people: People, endless: JobId): Promise<void> {
  const { machine } = site;
  const open = new Set<Promise<void>>();
  const ask = (what: string, task: Parameters<People['insist']>[1]): void => void open.add(people.insist(what, task));
  for (const name of concurrencyKeys) ask(`no limit ${name}`, ({ engine }) => engine.limit({ of: 'key', name }, undefined));
  ask('no limit sim.step', ({ engine }) => engine.limit({ of: 'type', name: 'sim.step' }, undefined));
  for (const { id, paused, sealed, title } of (await site.look((records) => records.jobs({}))).toReversed()) {
    if (id === endless) continue;
    if (paused && machine.random.chance(0.7)) ask(`resume ${title}`, ({ engine }) => engine.resume(id));
    if (!sealed && machine.random.chance(0.7)) ask(`seal ${title}`, ({ engine }) => engine.seal(id));
  }
  let tidied = false;
  void Promise.all(open).then(() => (tidied = true));
  await must(machine, 'People get no answer', () => tidied, stopMs);
}

async function stop(site: Site, services: readonly Service[]): Promise<void> {
  for (const ask of site.stops.values()) ask();
  let stopped = false;
  void Promise.all(services.map((service) => service.stop())).then(() => (stopped = true));
  await must(site.machine, 'The processes do not stop', () => stopped && site.programs.size === 0, stopMs);
}

/** @param why asked for when it does not come about. @throws Violation */
async function must(
  machine: Machine,
  otherwise: string,
  over: () => boolean | Promise<boolean>,
  withinMs: number,
  why?: () => Promise<string | undefined>,
): Promise<void> {
  const done = await machine.run(over, withinMs);
  if (!done) machine.violate(`${otherwise} within ${withinMs} ms${why === undefined ? '' : `: ${await why()}`}.`);
  if (machine.violation !== undefined) throw machine.violation;
}
