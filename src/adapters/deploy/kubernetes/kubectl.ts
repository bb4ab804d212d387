import { DeployRefused } from '../../../ports/deployer.ts';
import type { ChangeOfTarget } from '../../../ports/deployer.ts';
import { plainEnvironment } from '../program-environment.ts';
import { lastWords, runProgram } from '../target-program.ts';
import type { EndedProgram } from '../target-program.ts';
import type { TargetSettings } from '../target-settings.ts';

/** The command line of Kubernetes, held to one cluster and one namespace. */
export interface Kubectl {
  /** Asks for something; nobody is told what is printed. */
  ask(args: readonly string[], signal: AbortSignal): Promise<EndedProgram>;
  /** Asks for objects as JSON. @returns undefined where there is none of that name. @throws as `perform`. */
  read(args: readonly string[], signal: AbortSignal): Promise<unknown>;
  /** Changes something. @throws {@link Conflict}, DeployRefused or another error, by what the cluster said, when it did not. */
  perform(
    args: readonly string[],
    told: Pick<ChangeOfTarget, 'signal' | 'onLine'>,
    more?: { readonly stdin?: string; readonly timeoutMs?: number },
  ): Promise<string>;
}

/** Somebody has changed it since it was read: to be read, and decided, again. */
export class Conflict extends Error {
  constructor(said: string) {
    super(said);
    this.name = 'Conflict';
  }
}

/** By whom fields are managed, as the cluster remembers it. */
export const fieldManager = 'miyabi';

/** What the cluster will say again whenever it is asked the same. */
const lasting =
  /\((?:Invalid|Forbidden|BadRequest|NotFound|MethodNotAllowed|UnsupportedMediaType|RequestEntityTooLarge)\)|\bis invalid\b|no matches for kind|strict decoding error|unknown field|error (?:parsing|validating|converting)|does not match the namespace|exceeded its progress deadline/i;
/** In ms. */
const longestAnswer = 60_000;

export function createKubectl({ process, host, secrets, target, folder }: TargetSettings<'kubernetes'>): Kubectl {
  const { kubeconfig, context, namespace, registryVariable = '' } = target;
  const { [registryVariable]: _account, ...others } = secrets;
  const env = { ...plainEnvironment(host), ...others };
  const place = [
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(context === undefined ? [] : [`--context=${context}`]),
    `--namespace=${namespace}`,
    `--cache-dir=${folder}/kubectl`,
    '--request-timeout=30s',
  ];
  const ask: Kubectl['ask'] = (args, signal) =>
    runProgram(
      process,
      {
        command: ['kubectl', ...place, ...args],
        cwd: '/',
        env,
        timeoutMs: longestAnswer,
        isQuiet: true,
        // Of a JSON with its end cut off nothing could be read.
        keepBytes: 32 * 1024 * 1024,
      },
      { signal },
    );
  return {
    ask,
    async read(args, signal) {
      const ended = await ask([...args, '--output=json'], signal);
      if (ended.code === 0) return JSON.parse(ended.stdout) as unknown;
      if (ended.stderr.includes('(NotFound)')) return undefined;
      throw failureOf(args, ended);
    },
    async perform(args, told, { stdin, timeoutMs = longestAnswer } = {}) {
      const input = stdin === undefined ? {} : { stdin };
      // The time of a single request would also end the watching of a rollout.
      const words = args[0] === 'rollout' ? place.filter((word) => !word.startsWith('--request-timeout')) : place;
      const ended = await runProgram(process, { command: ['kubectl', ...words, ...args], cwd: '/', env, timeoutMs, ...input }, told);
      if (ended.code === 0) return ended.stdout;
      throw failureOf(args, ended);
    },
  };
}

function failureOf(args: readonly string[], ended: EndedProgram): Error {
  const sentence = `kubectl ${args[0] ?? ''} ended with ${ended.code} and said: ${lastWords(ended)}`;
  if (ended.stderr.includes('(Conflict)') || ended.stderr.includes('(AlreadyExists)')) return new Conflict(sentence);
  return lasting.test(ended.stderr) ? new DeployRefused(sentence) : new Error(sentence);
}
