import { fork, type ChildProcess } from 'node:child_process';
import { entryPoint } from '../../../../domain/entry-point.ts';
import type { WorkerReply, WorkerRequest } from './messages.ts';

/** How a worker is started; the same for each that replaces it. */
export interface WorkerOptions {
  readonly nodeBinary: string;
  readonly cwd: string;
  /** The whole environment of the worker. */
  readonly environment: Readonly<Record<string, string>>;
  /** The only folder the worker may write to. */
  readonly writable: string;
  /** Upper limit of its heap, in MiB. */
  readonly memoryMb: number;
}

export type Answer = { readonly kind: 'replied'; readonly reply: WorkerReply } | { readonly kind: 'died'; readonly reason: string };

type Unnumbered<Request> = Request extends unknown ? Omit<Request, 'id'> : never;

/** A warm process for one request after the other. A request that outlives its limit, or ends the process, ends as `died`. */
export interface Worker extends AsyncDisposable {
  /** @param limitMs wall time after which the process is killed. */
  ask(request: Unnumbered<WorkerRequest>, limitMs: number): Promise<Answer>;
  /** Forgets everything: the next request meets a fresh process. */
  renew(): Promise<void>;
  /** CPU time of all answered requests, in ms. */
  cpuMs(): number;
}

/** Code that was loaded is never freed: a process that has grown beyond this is replaced. */
const renewAtBytes = 420 * 1024 * 1024;

export function createWorker(options: WorkerOptions): Worker {
  let child: ChildProcess | undefined;
  let nextId = 0;
  let cpuMs = 0;

  const end = async () => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await gone;
  };

  return {
    async ask(request, limitMs) {
      child ??= start(options);
      nextId += 1;
      const answer = await exchange(child, { ...request, id: nextId } as WorkerRequest, limitMs);
      if (answer.kind === 'died') await end();
      else {
        cpuMs += answer.reply.cpuMs;
        if (answer.reply.spoiled || answer.reply.memoryBytes > renewAtBytes) await end();
      }
      return answer;
    },
    renew: end,
    cpuMs: () => cpuMs,
    [Symbol.asyncDispose]: end,
  };
}

function start(options: WorkerOptions): ChildProcess {
  return fork(entryPoint(import.meta.url, './worker-program'), [], {
    cwd: options.cwd,
    env: options.environment,
    execPath: options.nodeBinary,
    execArgv: [
      '--permission',
      '--allow-fs-read=*',
      `--allow-fs-write=${options.writable}`,
      '--allow-worker',
      `--max-old-space-size=${options.memoryMb}`,
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
    ],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function exchange(child: ChildProcess, request: WorkerRequest, limitMs: number): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const settle = (answer: Answer) => {
    clearTimeout(timer);
    child.off('message', onMessage);
    child.off('exit', onExit);
    child.off('error', onError);
    resolve(answer);
  };
  const onMessage = (message: unknown) => {
    if (isReply(message, request.id)) settle({ kind: 'replied', reply: message });
  };
  const onExit = (code: number | null, signal: string | null) =>
    settle({ kind: 'died', reason: `ended with ${signal ?? `exit code ${code}`}` });
  const onError = (error: Error) => settle({ kind: 'died', reason: error.message });
  const timer = setTimeout(() => settle({ kind: 'died', reason: `no answer within ${limitMs} ms` }), limitMs);
  child.on('message', onMessage);
  child.on('exit', onExit);
  child.on('error', onError);
  child.send(request, (error) => {
    if (error !== null) onError(error);
  });
  return promise;
}

/** A candidate shares the channel and could send anything: only an answer to this very request counts. */
function isReply(message: unknown, id: number): message is WorkerReply {
  if (typeof message !== 'object' || message === null) return false;
  return (
    'id' in message &&
    message.id === id &&
    'runs' in message &&
    Array.isArray(message.runs) &&
    message.runs.length > 0 &&
    'cpuMs' in message
  );
}
