import { DeployRefused } from '../../../ports/deployer.ts';
import type { ChangeOfTarget } from '../../../ports/deployer.ts';
import type { ProcessRunner } from '../../../ports/process.ts';
import { plainEnvironment } from '../program-environment.ts';
import { lastWords, runProgram } from '../target-program.ts';
import type { EndedProgram } from '../target-program.ts';

export type EngineName = 'docker' | 'podman';

/** Docker or Podman, spoken to through its command line. */
export interface Engine {
  readonly name: EngineName;
  /** Asks for something that may well not be there; nobody is told what is printed. Takes a minute at most. */
  ask(args: readonly string[], signal: AbortSignal): Promise<EndedProgram>;
  /**
   * Has it do something.
   *
   * @returns what it printed on stdout.
   * @throws DeployRefused or another error, by what it said, when it did not.
   */
  perform(work: EngineWork, told: Pick<ChangeOfTarget, 'signal' | 'onLine'>): Promise<string>;
}

export interface EngineWork {
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** What its client is given beside what it needs to work; no container sees it unless an argument names it. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Of an engine, a registry or the way there: another try may well succeed. Everything else is in what was asked for. */
const passing =
  /cannot connect|connection (?:refused|reset)|daemon running|dial (?:tcp|unix)|error during connect|no such host|timed? ?out|temporar|unreachable|i\/o error|unexpected EOF|too many requests|\b50[0234]\b|no space left|TLS handshake/i;

export function createEngine(name: EngineName, process: ProcessRunner, host: Readonly<Record<string, string | undefined>>): Engine {
  const environment = plainEnvironment(host);
  return {
    name,
    ask: (args, signal) =>
      runProgram(
        process,
        { command: [name, ...args], cwd: '/', env: environment, timeoutMs: 60_000, isQuiet: true, keepBytes: 4 * 1024 * 1024 },
        { signal },
      ),
    async perform({ args, timeoutMs, env, stdin }, told) {
      const input = stdin === undefined ? {} : { stdin };
      const ended = await runProgram(
        process,
        { command: [name, ...args], cwd: '/', env: { ...environment, ...env }, timeoutMs, ...input },
        told,
      );
      if (ended.code === 0) return ended.stdout;
      const verb = args.find((word) => /^[a-z]+$/.test(word)) ?? '';
      const sentence = `${name} ${verb} ended with ${ended.code} and said: ${lastWords(ended)}`;
      throw passing.test(ended.stderr) ? new Error(sentence) : new DeployRefused(sentence);
    },
  };
}
