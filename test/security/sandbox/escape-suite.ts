import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Incident } from '../../../src/domain/incident.ts';
import type { ProcessRequest, ProcessResult } from '../../../src/ports/process.ts';
import type { Sandbox, SandboxRequest } from '../../../src/ports/sandbox.ts';
import { untilGone } from '../../support/evil-agent.ts';
import type { Escape } from './escape.ts';
import { openStand } from './stand.ts';
import type { Stand } from './stand.ts';

/** The kind of sandbox that the escapes are tried in. */
export interface Tried {
  readonly kind: 'bubblewrap' | 'container';
  /** Why it cannot be run on this machine; undefined where it can. */
  readonly notHere: string | undefined;
  open(request: Omit<SandboxRequest, 'level'>, stand: Stand): Promise<Sandbox>;
  /** Without any walls, for the controls; absent where they were run elsewhere. */
  openWithout?(request: Omit<SandboxRequest, 'level'>, stand: Stand): Promise<Sandbox>;
  /** Programs inside, for each language; a case whose language is missing is skipped. */
  readonly interpreters: Partial<Record<'sh' | 'python' | 'node', string>>;
  readonly path: string;
  /** What a case is tagged with; absent: nothing. */
  readonly tags?: (escape: Escape) => string[];
  /** The same for the controls. */
  readonly controlTags?: string[];
}

const gibibyte = 1024 ** 3;

/** Runs every escape in a sandbox of its own and judges from outside. */
export function escapeSuite(tried: Tried, escapes: ReadonlyMap<string, readonly Escape[]>): void {
  let count = 0;
  for (const [topic, cases] of escapes) {
    describe(`a program of a world in ${tried.kind}, about ${topic}`, () => {
      let stand: Stand;
      beforeAll(async () => {
        stand = await openStand();
      });
      afterAll(async () => await stand[Symbol.asyncDispose]());
      for (const escape of cases) {
        const reason = whyNot(tried, escape);
        test(`that ${escape.tries}`, { tags: tried.tags?.(escape) ?? [] }, async (context) => {
          context.skip(reason !== undefined, `not run here: ${reason}`);
          count += 1;
          await tryEscape(tried, escape, stand, `escape-${process.pid}-${count}`);
        });
        if (escape.control !== true || tried.openWithout === undefined) continue;
        test(`that ${escape.tries}, and without walls that works`, { tags: tried.controlTags ?? [] }, async (context) => {
          context.skip(reason !== undefined, `not run here: ${reason}`);
          count += 1;
          await tryWithout(tried, escape, stand, `control-${process.pid}-${count}`);
        });
      }
    });
  }
}

function whyNot(tried: Tried, escape: Escape): string | undefined {
  const { language } = escape.program(nowhere);
  return (
    tried.notHere ??
    escape.notIn?.[tried.kind] ??
    (tried.interpreters[language] === undefined ? `there is no ${language} inside` : undefined)
  );
}

/** For asking a case about its language before there is a stand. */
const nowhere: Stand = {
  secret: '',
  root: '',
  state: '',
  home: '',
  world: '',
  tree: '',
  other: '',
  outside: '',
  victim: { pid: 0, isAlive: () => false },
  services: { port: 0, port6: undefined, socket: '', abstract: '' },
  sharedMemory: '',
  picture: () => '',
  connections: () => 0,
  [Symbol.asyncDispose]: async () => undefined,
};

async function tryEscape(tried: Tried, escape: Escape, stand: Stand, name: string): Promise<void> {
  await escape.before?.(stand);
  const before = { picture: stand.picture(), machine: machineSettings(), connections: stand.connections() };
  const { result, incidents } = await runIn(tried, escape, stand, { name, open: (request) => tried.open(request, stand) });
  const said = `${result.stdout}\n${result.stderr}`;
  expect(said).not.toContain('ESCAPED');
  expect(said).not.toContain(stand.secret);
  const came = { end: result.end, said, toItsEnd: said.includes('tried') };
  expect(came).toMatchObject(escape.ends === 'anyhow' ? {} : { end: { kind: 'exited', code: 0 }, toItsEnd: true });
  await escape.holds?.({ stand, result, incidents });
  expect(stand.victim.isAlive()).toBe(true);
  expect(stand.connections()).toBe(before.connections);
  expect(stand.picture()).toBe(before.picture);
  expect(machineSettings()).toEqual(before.machine);
  const left = processesNaming(stand.secret, name);
  await untilGone(left);
  expect(processesNaming(stand.secret, name)).toEqual([]);
}

async function tryWithout(tried: Tried, escape: Escape, stand: Stand, name: string): Promise<void> {
  await escape.before?.(stand);
  const { result } = await runIn(tried, escape, stand, {
    name,
    open: async (request) => (await tried.openWithout?.(request, stand)) ?? (await tried.open(request, stand)),
  });
  const said = `${result.stdout}\n${result.stderr}`;
  expect(said.includes('ESCAPED') || said.includes(stand.secret), said).toBe(true);
}

async function runIn(
  tried: Tried,
  escape: Escape,
  stand: Stand,
  { name, open }: { readonly name: string; readonly open: (request: Omit<SandboxRequest, 'level'>) => Promise<Sandbox> },
): Promise<{ readonly result: ProcessResult; readonly incidents: readonly Incident[] }> {
  const sandbox = await open({
    name,
    writable: ['tree', 'context', 'home', 'tmp'].map((part) => join(stand.world, part)),
    protected: [join(stand.tree, '.git')],
    readable: [],
    network: [],
    limits: { memoryBytes: gibibyte, processes: 128, cpus: 2, diskBytes: gibibyte, outputBytes: 64 * 1024 * 1024, ...escape.limits },
    onIncident: () => undefined,
  });
  try {
    const result = await sandbox.process.run(requestOf(tried, escape, stand, sandbox));
    await sandbox[Symbol.asyncDispose]();
    return { result, incidents: sandbox.incidents() };
  } finally {
    await sandbox[Symbol.asyncDispose]();
  }
}

function requestOf(tried: Tried, escape: Escape, stand: Stand, { environment }: Sandbox): ProcessRequest {
  const program = escape.program(stand);
  const { env = {}, ...more } = escape.request?.(stand) ?? {};
  return {
    command: [tried.interpreters[program.language] ?? program.language, program.language === 'node' ? '-e' : '-c', program.code],
    cwd: stand.tree,
    timeoutMs: 15_000,
    graceMs: 200,
    ...more,
    env: { PATH: tried.path, HOME: join(stand.world, 'home'), TMPDIR: join(stand.world, 'tmp'), ...environment, ...env },
  };
}

/** What a program of root's could turn in the machine. */
function machineSettings(): readonly string[] {
  const files = ['core_pattern', 'hostname', 'domainname', 'modprobe', 'panic', 'sysrq'].map((name) => `/proc/sys/kernel/${name}`);
  return [...files, '/proc/sys/vm/swappiness']
    .filter((path) => existsSync(path))
    .map((path) => `${path} ${readFileSync(path, 'utf8').trim()}`);
}

/** Processes whose arguments or environment hold one of the texts; the one that is there to be attacked is not meant. */
function processesNaming(secret: string, name: string): readonly number[] {
  const read = (pid: number, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => read(pid, 'cmdline').includes(secret) || read(pid, 'environ').includes(`.${name}.`));
}
