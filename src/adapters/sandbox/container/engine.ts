import type { ProcessRequest, ProcessResult, ProcessRunner } from '../../../ports/process.ts';
import type { EngineName } from './run-options.ts';

/** An engine that is spoken to through its command line. */
export interface Engine {
  readonly name: EngineName;
  /** For the client: where the engine is, and its own settings. */
  readonly environment: Readonly<Record<string, string>>;
  /** @param timeoutMs default 30,000. */
  ask(args: readonly string[], timeoutMs?: number): Promise<ProcessResult>;
  run(request: ProcessRequest): Promise<ProcessResult>;
}

/** An engine in which a program of ours has run. */
export interface UsableEngine {
  readonly engine: Engine;
  readonly image: string;
  /** Folders with programs, by the image. */
  readonly path: readonly string[];
  /** Whether it holds a container to memory, processes and processors. */
  readonly isBounded: boolean;
  /** The filter of system calls to use in place of the engine's own, as JSON. */
  readonly filter: string | undefined;
  /** Folders that the image declares as volumes. */
  readonly volumes: readonly string[];
}

export function createEngine(name: EngineName, process: ProcessRunner, host: Readonly<Record<string, string | undefined>>): Engine {
  const environment = engineEnvironment(host);
  return {
    name,
    environment,
    ask: (args, timeoutMs = 30_000) =>
      process.run({ command: [name, ...args], cwd: '/', env: environment, timeoutMs, staysInGroup: true, keepBytes: 256 * 1024 }),
    run: (request) => process.run(request),
  };
}

/** What a client of Docker or Podman reads; no world gets any of it. */
function engineEnvironment(host: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const wanted =
    /^(?:PATH|HOME|USER|TMPDIR|XDG_(?:RUNTIME_DIR|CONFIG_HOME|DATA_HOME)|DBUS_SESSION_BUS_ADDRESS|SSH_AUTH_SOCK|(?:DOCKER|CONTAINERS?|STORAGE)_\w+)$/;
  return Object.fromEntries(
    Object.entries(host).flatMap(([name, value]) => (value !== undefined && wanted.test(name) ? [[name, value]] : [])),
  );
}

/** @returns whether the engine did what it was asked for. */
export function succeeded({ end }: ProcessResult): boolean {
  return end.kind === 'exited' && end.code === 0;
}

const complaints: ReadonlyArray<readonly [RegExp, (engine: EngineName, image: string) => string]> = [
  [
    /permission denied/i,
    (engine) =>
      `${titles[engine]} refuses this user: become a member of the group \`docker\` (who is in it can become root), or use Podman.`,
  ],
  [
    /cannot connect|connection refused|daemon running|no such host|dial unix|error during connect/i,
    (engine) => `${titles[engine]} does not answer: start it, such as with \`systemctl start ${engine}\`.`,
  ],
  [
    /no such (?:image|object)|image not known|unable to find image|no image with reference/i,
    (engine, image) => `${titles[engine]} does not have the image ${image}, and nothing is pulled unasked: \`${engine} pull ${image}\`.`,
  ],
  [
    /catatonit|container-init|docker-init|tini/i,
    (engine) => `${titles[engine]} lacks its init program: install the package \`catatonit\` (Podman) or \`docker-init\`.`,
  ],
  [
    /newuidmap|subuid|subgid/i,
    (engine) =>
      `${titles[engine]} cannot map users here: install the package \`uidmap\` and give this user ranges in /etc/subuid and /etc/subgid.`,
  ],
];

export const titles: Readonly<Record<EngineName, string>> = { docker: 'Docker', podman: 'Podman' };

/** Why the engine did not do it, and what to do about it, in a sentence. */
export function complaint(engine: EngineName, image: string, { end, stderr }: ProcessResult): string {
  if (end.kind === 'not-started') return `There is no program ${engine} on the PATH.`;
  if (end.kind === 'timeout') return `${titles[engine]} did not answer within ${end.afterMs / 1000} s.`;
  const known = complaints.find(([pattern]) => pattern.test(stderr));
  if (known !== undefined) return known[1](engine, image);
  const said = stderr
    .split('\n')
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
    .filter((line) => line !== '' && !line.startsWith('Run '));
  return `${titles[engine]} says: ${(said.at(-1) ?? 'nothing').slice(0, 300)}`;
}
