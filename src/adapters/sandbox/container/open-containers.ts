import { mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessRequest } from '../../../ports/process.ts';
import type { OpenRung, RungPlace } from '../rung.ts';
import { clientCommand } from './client-script.ts';
import { placeMounts } from './container-place.ts';
import type { OwnFiles } from './container-place.ts';
import { mountOption } from './mounts.ts';
import { complaint } from './engine.ts';
import { memoryIncident, readContainer } from './outcome.ts';
import type { Engine, UsableEngine } from './engine.ts';
import { whereabouts } from '../whereabouts.ts';
import { runOptions } from './run-options.ts';
import type { ContainerUser } from './run-options.ts';
import { listContainers, removeContainers } from './sweep.ts';
import { startScript } from './start-script.ts';

export interface ContainerParts {
  readonly usable: UsableEngine;
  readonly nodePath: string;
  readonly user: ContainerUser;
  readonly labels: Readonly<Record<string, string>>;
}

/** Inside: what a container begins with. */
const scriptPath = '/miyabi-start';
/** What the runner waits longer than the container is given, so that it need not end the client by force, in ms. */
const spareMs = 5_000;
const verdictEnding = '.verdict';

/**
 * The containers of one world, one for each of its programs.
 * @throws Failure (configuration) when a path cannot be shown to a container.
 */
export function openContainers(place: RungPlace, parts: ContainerParts): OpenRung {
  const { usable, nodePath, user } = parts;
  const { engine } = usable;
  const labels = { ...parts.labels, 'miyabi.world': place.name };
  const { mounts, movable, made } = placeMounts(place, writeOwnFiles(place.scratch), nodePath);
  for (const mount of mounts) mountOption(mount);
  const filter = usable.filter === undefined ? undefined : writeText(join(place.scratch, 'system-calls.json'), usable.filter);
  let count = 0;
  let isClosed = false;

  function tellVerdicts(): void {
    if (isClosed) return;
    for (const file of readdirSync(place.scratch).filter((name) => name.endsWith(verdictEnding))) {
      const verdict = readFileSync(join(place.scratch, file), 'utf8').trim();
      rmSync(join(place.scratch, file));
      const incident = memoryIncident(verdict, place.limits.memoryBytes);
      if (incident !== undefined && usable.isBounded) place.tell(incident);
    }
  }

  return {
    confine(request) {
      if (isClosed) return refused(request, 'the sandbox is closed', engine);
      const [moved] = [...movable].find(([path, expected]) => leadsElsewhere(path, expected)) ?? [];
      if (moved !== undefined) {
        place.tell({ kind: 'outside', detail: `${moved} was replaced by something that leads elsewhere`, stopped: true });
        return refused(request, `${moved} leads elsewhere`, engine);
      }
      count += 1;
      const name = `miyabi-${place.name}-${count}`;
      const script = join(place.scratch, `${count}.start`);
      const unspeakable = textsOf(request).some((text) => text.includes('\0'));
      if (unspeakable) return refused(request, 'an argument or a variable holds a NUL character', engine);
      const command = place.egress?.bridged(request.command, { nodePath }) ?? request.command;
      const { limits: _insideOnly, ...rest } = request;
      const graceMs = request.graceMs ?? 2_000;
      const options = runOptions({
        engine: engine.name,
        image: usable.image,
        user,
        name,
        labels,
        mounts: [
          ...mounts,
          {
            source: writeText(script, startScript({ ...request, command, env: withPath(request.env, usable.path) })),
            at: scriptPath,
            isWritable: false,
          },
        ],
        volumes: usable.volumes,
        filter,
        script: scriptPath,
        readsInput: request.stdin !== undefined || request.converse !== undefined,
        limits: place.limits,
        isBounded: usable.isBounded,
      });
      return {
        ...rest,
        command: clientCommand({ engine: engine.name, options, name, graceMs, verdict: join(place.scratch, `${count}${verdictEnding}`) }),
        cwd: '/',
        env: engine.environment,
        graceMs: graceMs + spareMs,
      };
    },
    interpret(result) {
      tellVerdicts();
      return readContainer(result, (failed) => complaint(engine.name, usable.image, failed));
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      const left = await listContainers(
        engine,
        Object.entries(labels).map(([label, value]) => `${label}=${value}`),
      );
      if (left.length > 0)
        await removeContainers(
          engine,
          left.map(({ id }) => id),
        );
      for (const path of made) removeMountPoint(path);
      // The client of a container that was just removed may still be writing there how it ended.
      rmSync(place.scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    },
  };
}

/** A path that cannot be followed (a link to itself) leads nowhere good. */
function leadsElsewhere(path: string, expected: string): boolean {
  try {
    return whereabouts(path) !== expected;
  } catch {
    return true;
  }
}

/** A request that says why, in place of the program that was asked for. */
function refused(request: ProcessRequest, reason: string, engine: Engine): ProcessRequest {
  const { limits: _limits, ...rest } = request;
  const command = ['/bin/sh', '-c', `printf 'miyabi: %s\\n' "$1" >&2; exit 126`, 'miyabi-container', reason] as const;
  return { ...rest, command: [...command], cwd: '/', env: { PATH: engine.environment['PATH'] ?? '/usr/bin:/bin' } };
}

/** The image's own programs come after those that the request names. */
function withPath(env: ProcessRequest['env'], more: readonly string[]): ProcessRequest['env'] {
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return { ...env, PATH: [...new Set([...folders, ...more])].join(':') };
}

function textsOf({ command, cwd, env }: ProcessRequest): readonly string[] {
  return [...command, cwd, ...Object.entries(env).flat()];
}

function writeText(path: string, text: string): string {
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function writeOwnFiles(scratch: string): OwnFiles {
  const own = {
    hosts: join(scratch, 'hosts'),
    resolver: join(scratch, 'resolv.conf'),
    nothing: join(scratch, 'nothing'),
    hollow: join(scratch, 'hollow'),
  };
  writeFileSync(own.hosts, '127.0.0.1 localhost\n::1 localhost\n127.0.1.1 world\n', { mode: 0o644 });
  writeFileSync(own.resolver, '', { mode: 0o644 });
  mkdirSync(own.nothing, { mode: 0o755 });
  return own;
}

/** The engine had made an empty folder where a thing that is not there was protected. Anything else in that place is the world's. */
function removeMountPoint(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'ENOTDIR') throw error;
  }
}
