import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { Answer, ProgramRequest, ToProgram } from './program.ts';

/** A process of {@link ProgramRequest}, ended when it is disposed. */
export interface Program extends AsyncDisposable {
  /** Resolves with its answer. @throws when it ends before. */
  tell(what: ToProgram): Promise<Answer>;
}

/** What an end may take, in ms, before it is forced. */
const endLimitMs = 10_000;

/** Resolves when it is ready. */
export async function startProgram(request: ProgramRequest): Promise<Program> {
  const file = new URL('./program.ts', import.meta.url);
  const child = fork(file, [JSON.stringify(request)], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').finally(() => process.off('exit', kill));
  const next = async (): Promise<Answer> => {
    const [answer] = (await Promise.race([once(child, 'message'), ended.then(() => [undefined])])) as [Answer | undefined];
    if (answer === undefined) throw new Error(`A process of ${request.side} has ended with ${child.exitCode ?? child.signalCode}.`);
    return answer;
  };
  await next();
  return {
    tell: (what) => {
      const answered = next();
      child.send(what);
      return answered;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.send({ type: 'end' } satisfies ToProgram);
      const timer = globalThis.setTimeout(kill, endLimitMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Several at once. */
export async function startPrograms(count: number, request: ProgramRequest): Promise<readonly Program[] & AsyncDisposable> {
  const programs = await Promise.all(Array.from({ length: count }, () => startProgram(request)));
  return Object.assign(programs, {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(programs.map((program) => program[Symbol.asyncDispose]()));
    },
  });
}

/** Processor time of all of them since their start, in ms. */
export async function cpuOf(programs: readonly Program[]): Promise<number> {
  const answers = await Promise.all(programs.map((program) => program.tell({ type: 'cpu' })));
  return answers.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** Asks so seldom that it costs nothing, in ms. */
const askMs = 25;

/** Resolves when `text` counts nothing any more under `left`. @throws when that takes longer than `limitMs`. */
export async function noneLeft(url: string, text: string, limitMs = 60_000): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // Told to whoever waits for an answer as well.
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const until = performance.now() + limitMs; ;) {
      const { rows } = await client.query<{ left: string }>(text);
      const left = Number(rows[0]?.left);
      if (left === 0) return;
      if (performance.now() > until) throw new Error(`After ${limitMs} ms ${left} tasks have not ended.`);
      await setTimeout(askMs);
    }
  } finally {
    await client.end();
  }
}
