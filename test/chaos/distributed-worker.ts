import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { entryPoint } from '../../src/domain/entry-point.ts';
import type { WorkerMessage, WorkerRequest } from './distributed-program.ts';

/** A process that works on a shared database, as another machine would. Whoever starts it disposes it. */
export class WorkerProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly messages: WorkerMessage[] = [];
  readonly exited: Promise<unknown>;
  stderr = '';
  #frozen = false;
  #heard = Promise.withResolvers<void>();

  /** @param environment added to the test's own. */
  constructor(request: WorkerRequest, environment: NodeJS.ProcessEnv = {}) {
    this.child = fork(entryPoint(import.meta.url, './distributed-program'), [JSON.stringify(request)], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: { ...process.env, ...environment },
    });
    this.exited = once(this.child, 'exit');
    this.child.on('message', (message) => {
      this.messages.push(message as WorkerMessage);
      this.#heard.resolve();
      this.#heard = Promise.withResolvers();
    });
    this.child.stderr?.on('data', (data) => (this.stderr += String(data)));
  }

  /** Waits for a message of the type, about the task of the key if one is named, after so many of them. @throws when the program ends before. */
  async until<Type extends WorkerMessage['type']>(type: Type, key?: string, after = 0): Promise<WorkerMessage & { readonly type: Type }> {
    for (;;) {
      const found = this.messages.filter(
        (message) => message.type === type && (key === undefined || ('key' in message && message.key === key)),
      )[after];
      if (found !== undefined) return found as WorkerMessage & { readonly type: Type };
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`The worker ended before «${type}»: ${this.stderr}`);
      await this.next();
    }
  }

  /** Waits for one more message, or its end. */
  async next(): Promise<void> {
    await Promise.race([this.#heard.promise, this.exited]);
  }

  send(what: 'go on' | 'arm'): void {
    this.child.send(what);
  }

  freeze(): void {
    this.#frozen = true;
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#frozen = false;
    this.child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    if (this.#frozen) this.thaw();
    await this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
