import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** Something that is measured in a process of its own: memory, compiled code and open files are its alone. */
export interface Measurement<Request, Result> {
  /** The program to start: the file that called {@link measurement}. */
  readonly file: string;
  /** @param folder an empty one, removed afterwards. */
  readonly measure: (request: Request, folder: string) => Promise<Result>;
}

/** Makes the calling file a program that measures once and answers; imported from elsewhere it only says what it is. */
export function measurement<Request, Result>(
  meta: ImportMeta,
  measure: (request: Request, folder: string) => Promise<Result>,
): Measurement<Request, Result> {
  // Once the rest of the file has been evaluated.
  if (meta.main) setImmediate(() => void answer(measure));
  return { file: meta.filename, measure };
}

async function answer(measure: (request: never, folder: string) => Promise<unknown>): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  const [request, folder] = JSON.parse(process.argv[2] ?? 'null') as [never, string];
  const result = await measure(request, folder);
  process.send?.({ result }, () => process.exit(0));
}

/** Starts the program and resolves with its answer. @throws with what it printed, when it fails or takes longer than `limitMs`. */
export async function runMeasurement<Request, Result>(
  { file }: Measurement<Request, Result>,
  request: Request,
  options: { readonly folder: string; readonly limitMs: number },
): Promise<Result> {
  const child = fork(file, [JSON.stringify([request, options.folder])], {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4_000)));
  let answered: { readonly result: Result } | undefined;
  child.on('message', (message) => (answered = message as { readonly result: Result }));
  const kill = (): void => void child.kill('SIGKILL');
  // Where this process ends early, before the folder is removed in which the program writes.
  process.prependOnceListener('exit', kill);
  const timer = setTimeout(kill, options.limitMs);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  process.off('exit', kill);
  if (answered !== undefined) return answered.result;
  const how = signal === null ? `ended with ${code}` : `was ended by ${signal}, ${options.limitMs} ms allowed`;
  throw new Error(`${file} ${how}: ${JSON.stringify(request)}\n${errors}`);
}

/** The most memory this process has had, in MiB. */
export function peakMiB(): number {
  // Elsewhere the only figure there is; on Linux it may be that of the parent, whose copy every child begins as.
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}
