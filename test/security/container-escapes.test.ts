import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { createContainerRung } from '../../src/adapters/sandbox/container/container-rung.ts';
import type { Sandboxes } from '../../src/ports/sandbox.ts';
import { createSandboxes } from '../../src/adapters/sandbox/sandboxes.ts';
import { divided } from '../support/campaign.ts';
import { containerStand } from './container-stand.ts';
import type { ImageContents } from './container-stand.ts';
import type { Escape } from './sandbox/escape.ts';
import { escapeSuite } from './sandbox/escape-suite.ts';
import { escapes } from './sandbox/escapes.ts';

const tools =
  `awk basename bash bwrap chmod chown chroot cp cut date df dirname find git grep hostname ip kill mkfifo mknod mktemp mv nohup nproc nsenter pivot_root pwd readlink
  rmdir sed setsid sort stat su sync tail tee test timeout tr umount uname uniq unshare wc whoami xargs yes`.split(/\s+/);

/** Python as this machine has it, with the parts that call the system. */
function python(): ImageContents & { readonly path: string | undefined } {
  const version = readdirSync('/usr/lib').find((name) => /^python3\.\d+$/.test(name) && existsSync(join('/usr/lib', name, 'lib-dynload')));
  if (version === undefined) return { path: undefined };
  const native = join('/usr/lib', version, 'lib-dynload');
  return {
    path: '/usr/bin/python3',
    programs: ['python3', ...tools],
    folders: [join('/usr/lib', version), ...['/usr/lib/git-core'].filter((folder) => existsSync(folder))],
    librariesOf: readdirSync(native).map((name) => join(native, name)),
  };
}

/**
 * Of Podman the filter of system calls is ours too, made from its own. An engine gives each container a /dev of its own, in the memory of
 * the container, that root may write in.
 */
function inPodman(escape: Escape): Escape {
  const { container, ...others } = escape.notIn ?? {};
  return {
    ...escape,
    // The start of a container counts, and takes longer than that of a namespace.
    request: (at) => laterEnd(escape.request?.(at) ?? {}),
    notIn: container === undefined || container.startsWith('the filter of system calls') ? others : { ...others, container },
    program: (at) => ({ ...escape.program(at), code: escape.program(at).code.replace(' /run /dev /proc ', ' /run /proc ') }),
  };
}

function laterEnd(request: ReturnType<NonNullable<Escape['request']>>): ReturnType<NonNullable<Escape['request']>> {
  return request.timeoutMs === undefined || request.timeoutMs > 1_000 ? request : { ...request, timeoutMs: request.timeoutMs + 1_200 };
}

const contents = python();
const stand = await containerStand({ ...contents, programs: contents.programs ?? tools });
const runner = createProcessRunner();
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  if (typeof stand !== 'string') await stand[Symbol.asyncDispose]();
});

const known = new Map<string, Sandboxes>();

/** They are probed once for each state folder. */
function sandboxesOf(state: string, home: string): Sandboxes {
  if (typeof stand === 'string') throw new Error(stand);
  const owner = { name: `escapes-${process.pid}`, hold: async () => undefined, isAlive: async () => true };
  const common = { process: runner, state, owner, nodePath: process.execPath };
  const rung = createContainerRung({ ...common, host: stand.host, image: stand.image, engine: 'podman' });
  const sandboxes = known.get(state) ?? createSandboxes({ ...common, home, clock: systemClock, path: '/usr/bin:/bin', rungs: [rung] });
  known.set(state, sandboxes);
  return sandboxes;
}

/** A container takes longer to begin than all that is tried in it: of each topic every sixteenth is tried at once, the others by the campaigns. */
const tried = new Map([...escapes].map(([topic, cases]) => [topic, divided(cases.map(inPodman), 16)]));
const tags = new Map([...tried.values()].flat().map((each) => [each.tries, each.tags]));

escapeSuite(
  {
    kind: 'container',
    notHere: typeof stand === 'string' ? stand.replace('not run here: ', '') : undefined,
    interpreters: { sh: '/bin/sh', node: process.execPath, ...(contents.path === undefined ? {} : { python: contents.path }) },
    path: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    tags: ({ tries }) => tags.get(tries) ?? [],
    open: async (request, { state, home }) => await sandboxesOf(state, home).open({ ...request, level: 'container' }),
  },
  tried,
);
