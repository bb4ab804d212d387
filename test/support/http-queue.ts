import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ForeignQueue, QueueEntry } from '../../src/ports/foreign-queue.ts';

/** A queue server in a process of its own, see `queue-server.ts`. */
export interface QueueProgram extends AsyncDisposable {
  queueOf(name: string): ForeignQueue<QueueEntry>;
  /** It holds nothing any more. */
  lose(): Promise<void>;
  /** From now on it hands out whatever it gets twice, or once again. */
  twice(twice: boolean): Promise<void>;
  /** How many ids it holds. */
  held(): Promise<number>;
  /** Ends it at once; what it held is lost. */
  kill(): Promise<void>;
  /** On the same port, empty. */
  start(): Promise<void>;
}

export async function startQueue(): Promise<QueueProgram> {
  const program = new Program();
  await program.start();
  return program;
}

class Program implements QueueProgram {
  #child: ChildProcess | undefined;
  #port = 0;

  queueOf(name: string): ForeignQueue<QueueEntry> {
    return {
      put: async (entries) => void (await this.#ask({ call: 'put', queue: name, entries })),
      take: async (accepts, most) => {
        const routes = (await this.#ask({ call: 'routes', queue: name })) as readonly string[];
        const accepted = routes.filter((route) => accepts(route));
        if (accepted.length === 0) return [];
        return (await this.#ask({ call: 'take', queue: name, routes: accepted, most })) as readonly QueueEntry[];
      },
      drop: async (taken) => void (await this.#ask({ call: 'drop', ids: taken.map(({ id }) => id) })),
      giveBack: async (taken) => void (await this.#ask({ call: 'giveBack', ids: taken.map(({ id }) => id) })),
    };
  }

  async lose(): Promise<void> {
    await this.#ask({ call: 'lose' });
  }

  async twice(twice: boolean): Promise<void> {
    await this.#ask({ call: 'twice', twice });
  }

  async held(): Promise<number> {
    return Number(await this.#ask({ call: 'held' }));
  }

  async start(): Promise<void> {
    const program = fileURLToPath(new URL('queue-server.ts', import.meta.url));
    const child = spawn(process.execPath, [program, String(this.#port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    this.#port = Number(port.toString());
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #ask(request: unknown): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/`, { method: 'POST', body: JSON.stringify(request) });
    if (!response.ok) throw new Error(`The queue says ${response.status}: ${await response.text()}`);
    return response.json();
  }
}
