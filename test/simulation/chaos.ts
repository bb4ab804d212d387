import type { Random } from './random.ts';
import type { People } from './people.ts';
import type { Service } from './serve.ts';
import type { Site } from './site.ts';

const hourMs = 3_600_000;

/** What happens to the machine besides what is asked of it, one thing after another until it is told to stop. */
export class Chaos {
  readonly #site: Site;
  readonly #people: People;
  readonly #services: readonly Service[];
  readonly #random: Random;
  /** How often each thing happens beside what people ask for. */
  readonly #weights: Readonly<Record<'people' | 'kill' | 'hang' | 'freeze' | 'jump', number>>;
  #left: number;

  constructor(site: Site, people: People, services: readonly Service[]) {
    this.#site = site;
    this.#people = people;
    this.#services = services;
    const random = site.machine.random.fork();
    this.#random = random;
    this.#left = random.whole(10, 40);
    const calm = random.chance(0.2);
    this.#weights = {
      people: 10,
      kill: calm ? 0 : random.whole(0, 2),
      hang: calm ? 0 : random.whole(0, 2),
      freeze: calm ? 0 : random.whole(0, 1),
      jump: calm ? 0 : random.whole(0, 1),
    };
    this.#next();
  }

  get isOver(): boolean {
    return this.#left === 0;
  }

  #next(): void {
    const { machine } = this.#site;
    machine.time.after(this.#random.pick([1, 1, 50, 300, 1_500]), () => {
      void machine.turns.alone(async () => {
        await this.#happen();
        this.#left -= 1;
        if (this.#left > 0) this.#next();
      });
    });
  }

  async #happen(): Promise<void> {
    const { machine, faults } = this.#site;
    const what = this.#random.weighted(this.#weights);
    if (what === 'people') return this.#people.act();
    faults.count();
    if (what === 'jump') {
      const ms = this.#random.whole(-2 * hourMs, 2 * hourMs);
      machine.note('clock', `jumps by ${ms} ms`);
      return machine.jump(ms);
    }
    const program = this.#random.pick(this.#services).program;
    if (program === undefined) return undefined;
    if (what === 'kill') return program.life.die();
    const ms = this.#random.pick([10, 700, 5_000]);
    machine.note(program.life.name, `${what}s for ${ms} ms`);
    if (what === 'hang') program.life.hang();
    else program.life.freeze();
    machine.time.after(ms, () => program.life.goOn());
    return undefined;
  }
}
