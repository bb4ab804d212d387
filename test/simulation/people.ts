import type { JobId, TaskId } from '../../src/domain/ids.ts';
import type { Job } from '../../src/domain/job.ts';
import type { Task } from '../../src/domain/task.ts';
import { concurrencyKeys, drawJob, drawTasks } from './draw-job.ts';
import { isExpected } from './expected.ts';
import type { Random } from './random.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';
import { runAttached } from './serve.ts';
import type { Site } from './site.ts';
import { runIn } from './timers.ts';

const actions = {
  submit: 6,
  attached: 1.5,
  signal: 5,
  cancel: 1,
  pause: 1.5,
  resume: 1.5,
  retry: 2,
  limit: 1.5,
  add: 1.5,
  seal: 1,
  look: 1,
} as const;

/** Asks for things, at any process that runs, or at one of its own. */
export class People {
  readonly #site: Site;
  readonly #random: Random;
  readonly #submitted = new Set<JobId>();
  /** What was asked for and is not answered yet. */
  readonly #open = new Map<number, { readonly what: string; readonly program: Program }>();
  #asked = 0;

  constructor(site: Site) {
    this.#site = site;
    this.#random = site.machine.random.fork();
  }

  /** Jobs of which somebody was told that they were submitted. */
  get submitted(): ReadonlySet<JobId> {
    return this.#submitted;
  }

  /** Questions to living processes that were never answered. */
  unanswered(): readonly string[] {
    return [...this.#open.values()]
      .filter(({ program }) => !program.life.isDead)
      .map(({ what, program }) => `${what} at ${program.life.name}`);
  }

  async act(): Promise<void> {
    const random = this.#random;
    const action = random.weighted(actions);
    const { machine } = this.#site;
    switch (action) {
      case 'submit':
        return this.#submit();
      case 'attached':
        return runAttached(this.#site, this.#draw(), (jobId) => this.#submitted.add(jobId));
      case 'signal':
        return this.#onTask(
          (task) => task.state === 'pending' && 'need' in task.waiting,
          (program, id) => program.engine.signal(id, random.chance(0.95) ? 'answer' : 'other', null, 'ada'),
        );
      case 'retry':
        return this.#onTask(
          (task) => task.state === 'dead' || task.state === 'skipped' || (task.state === 'pending' && task.waiting.reason === 'backoff'),
          (program, id) => program.engine.retry(id, 'ada'),
        );
      case 'cancel':
        return this.#onJob('cancel', (program, id) => program.engine.cancel(id, 'Not needed'));
      case 'pause':
        return this.#onJob('pause', (program, id) => program.engine.pause(id, 'Wait'));
      case 'resume':
        return this.#onJob('resume', (program, id) => program.engine.resume(id));
      case 'seal':
        return this.#onJob(
          'seal',
          (program, id) => program.engine.seal(id),
          (job) => !job.sealed,
        );
      case 'add': {
        const tasks = drawTasks(random, random.whole(1, 3), { depth: 1, now: machine.clock.now() });
        return this.#onJob(
          'add',
          (program, id) => program.engine.add(id, tasks),
          (job) => !job.sealed,
        );
      }
      case 'look':
        return this.#onJob('look', (program, id) => Promise.all([program.engine.status(id), program.engine.result(id)]));
      case 'limit': {
        const limit = random.chance(0.5)
          ? ({ of: 'type', name: 'sim.step' } as const)
          : ({ of: 'key', name: random.pick(concurrencyKeys) } as const);
        const most = random.chance(0.3) ? undefined : random.whole(0, 4);
        return this.#ask(`limit ${limit.name} ${most}`, (program) => program.engine.limit(limit, most));
      }
    }
  }

  /** Asks until it is answered. For the end, when nothing goes wrong any more. */
  async insist(what: string, ask: (program: Program) => Promise<unknown>): Promise<void> {
    await new Promise<void>((resolve) => this.#ask(what, async (program) => ask(program).then(() => resolve())));
  }

  #submit(): void {
    const spec = this.#draw();
    const times = this.#random.chance(0.1) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      this.#ask(`submit ${spec.title}`, async (program) => {
        const { jobId } = await program.engine.submit(spec);
        this.#submitted.add(jobId);
      });
    }
  }

  #draw() {
    return drawJob(this.#random, `job-${this.#asked}`, this.#site.machine.clock.now());
  }

  async #onTask(fits: (task: Task) => boolean, ask: (program: Program, id: TaskId) => Promise<unknown>): Promise<void> {
    const tasks: Task[] = [];
    for (const { id } of await this.#jobs()) tasks.push(...(await this.#site.look((records) => records.tasks(id))));
    const found = tasks.filter(fits);
    if (found.length === 0) return;
    const { id, key, state } = this.#random.pick(found);
    this.#ask(`something of ${key} (${state})`, (program) => ask(program, id));
  }

  async #onJob(
    what: string,
    ask: (program: Program, id: JobId) => Promise<unknown>,
    fits: (job: Job) => boolean = () => true,
  ): Promise<void> {
    const found = (await this.#jobs()).filter(fits);
    if (found.length === 0) return;
    const { id, title } = this.#random.pick(found);
    this.#ask(`${what} ${title}`, (program) => ask(program, id));
  }

  /** Oldest first; without the one that never ends. */
  async #jobs(): Promise<readonly Job[]> {
    const jobs = await this.#site.look((records) => records.jobs({}));
    return jobs.filter(({ title }) => title.startsWith('job-')).toReversed();
  }

  #ask(what: string, ask: (program: Program) => Promise<unknown>): void {
    const { machine, programs } = this.#site;
    const running = [...programs].filter(({ life }) => life.isRunning);
    const own = running.length === 0 || this.#random.chance(0.3);
    const program = own ? startProgram(this.#site, 'person') : this.#random.pick(running);
    const number = (this.#asked += 1);
    machine.note(program.life.name, `is asked: ${what}`);
    this.#open.set(number, { what, program });
    const answered = (): void => {
      this.#open.delete(number);
      machine.note(program.life.name, `answered: ${what}`);
      if (own) program.life.die();
    };
    void runIn(program.life, () =>
      ask(program).then(answered, (error: unknown) => {
        isExpected(machine, what, error);
        answered();
      }),
    );
  }
}
