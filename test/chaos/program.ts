import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { entryPoint } from '../../src/domain/entry-point.ts';
import type { ProgramMessage, ProgramRequest } from '../support/engine-program.ts';

type Message<Type extends ProgramMessage['type']> = Extract<ProgramMessage, { readonly type: Type }>;

/** Another process with an engine on the folder of the test. Whoever starts it ends it with {@link kill}. */
export class Program {
  readonly child: ChildProcess;
  readonly messages: ProgramMessage[] = [];
  readonly exited: Promise<unknown>;
  stderr = '';

  /** @param environment added to the test's own. */
  constructor(request: ProgramRequest, environment: NodeJS.ProcessEnv = {}) {
    const program = entryPoint(import.meta.url, '../support/engine-program');
    this.child = fork(program, [JSON.stringify(request)], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: { ...process.env, ...environment },
    });
    this.exited = once(this.child, 'exit');
    this.child.on('message', (message) => this.messages.push(message as ProgramMessage));
    this.child.stderr?.on('data', (data) => (this.stderr += String(data)));
  }

  /** The first message of the type, about the task of the key if one is named; waits for it. @throws when the program ends before. */
  async until<Type extends ProgramMessage['type']>(type: Type, key?: string): Promise<Message<Type>> {
    for (;;) {
      const found = this.messages.find(
        (message) => message.type === type && (key === undefined || ('key' in message && message.key === key)),
      );
      if (found !== undefined) return found as Message<Type>;
      await this.next(type);
    }
  }

  /** Waits for one more message, whatever it says. @throws when the program has ended. */
  async next(awaited = 'more'): Promise<void> {
    if (this.child.exitCode !== null) throw new Error(`The program ended before «${awaited}»: ${this.stderr}`);
    await Promise.race([once(this.child, 'message'), this.exited]);
  }

  /** Lets its tasks that hang come to their end. */
  finish(): void {
    this.child.send('finish');
  }

  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.exited;
  }
}
