import type { Route } from '../../../domain/needs.ts';
import type { Boss } from './boss.ts';
import { queueName, routeOfQueue } from './queue-name.ts';

/** One queue for each route of a namespace, made when something is sent to it first, by whichever process does. */
export class Queues {
  readonly #boss: Boss;
  readonly #namespace: string;
  #routes = new Map<string, Route>();
  #listedAt = -Infinity;

  constructor(boss: Boss, namespace: string) {
    this.#boss = boss;
    this.#namespace = namespace;
  }

  /** The queue of a route; made if need be, outside of any transaction. */
  async of(route: Route): Promise<string> {
    const name = queueName(this.#namespace, route);
    if (!this.#routes.has(name)) {
      await this.#boss.use((boss) => boss.createQueue(name, options));
      this.#routes.set(name, route);
    }
    return name;
  }

  /** The names of the known queues whose routes are accepted. */
  accepted(accepts: (route: Route) => boolean): readonly string[] {
    return [...this.#routes].filter(([, route]) => accepts(route)).map(([name]) => name);
  }

  /** Ms since all queues were looked up. */
  age(now: number): number {
    return now - this.#listedAt;
  }

  /** Looks up all queues that there are. @param now monotonic ms. */
  async list(now: number): Promise<void> {
    const routes = new Map<string, Route>();
    for (const { name } of await this.#boss.use((boss) => boss.getQueues())) {
      const route = routeOfQueue(this.#namespace, name);
      if (route !== undefined) routes.set(name, route);
    }
    this.#routes = routes;
    this.#listedAt = now;
  }

  /** None is there any more. */
  forget(): void {
    this.#routes = new Map();
  }
}

/** What is taken and neither dropped nor given back, because its worker died before the claim, comes again after `expireInSeconds`. */
const options = {
  expireInSeconds: 60,
  // Giving back is no failure: it is never too often. It comes again after 1 to 2 s, then after twice as long each time.
  retryLimit: 2 ** 31 - 1,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  // Entries are deleted when they are done; this is for those that somebody else has ended, with pg-boss's own tools.
  deleteAfterSeconds: 300,
};
