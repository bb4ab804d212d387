import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemIds } from '../../src/adapters/ids.ts';
import { entryPoint } from '../../src/domain/entry-point.ts';
import type { JobId } from '../../src/domain/ids.ts';
import { displayId } from '../../src/domain/ids.ts';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { divided } from '../support/campaign.ts';
import { makeRepository, userGit } from '../support/repository.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { worldTools } from '../support/world-tools.ts';
import { leftOf, processesInSandboxesOf, startedBy, stillThere } from './worlds-killed-left.ts';
import type { SeenProcess } from './worlds-killed-left.ts';
import { fileWritten, linesWritten } from './worlds-killed-program.ts';
import type { KilledMessage, KilledRequest, Station } from './worlds-killed-program.ts';

/** Fifty of each: MIYABI_CHAOS_KILLS=50 */
const kills = Number(process.env['MIYABI_CHAOS_KILLS'] ?? 4);
const seed = Number(process.env['MIYABI_CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Each is as likely as the others to be the one on the way from which the process is killed. */
const stations = ['preparing', 'opening', 'running', 'wrote', 'harvesting', 'discarding'] as const satisfies readonly Station[];

type At = Extract<KilledMessage, { readonly type: 'at' }>;
type Recovered = Extract<KilledMessage, { readonly type: 'recovered' }>;

for (const { method, tags } of divided([{ method: 'overlay' }, { method: 'pool' }] as const, 2))
  test(
    `a process killed at any point of its worlds, made by ${method}, leaves nothing behind but what their agents had done`,
    { tags, timeout: 60_000 + kills * 10_000 },
    async (context) => {
      if (!existsSync('/proc/self/mountinfo')) return context.skip('what is mounted and what runs is read from /proc');
      const random = randomFrom(seed);
      await using stand = await killedStand(method);
      if (!stand.rung.usable) return context.skip(stand.rung.detail);
      const recoveries: number[] = [];
      let before: readonly SeenProcess[] = [];
      for (let round = 0; round <= kills; round += 1) {
        if (random() < 0.3) before = [...before, ...(await killedSoon(stand.request(round), stand.temporary, random() * 800))];
        const program = new Lives(stand.request(round), stand.temporary);
        try {
          const { ms, said, rows, slots, owner } = await program.recovered();
          if (round > 0) recoveries.push(ms);
          const where = `seed ${seed}, after kill ${round} of ${kills}: ${stand.told()}\n${said.join('\n')}`;
          expect({ left: leftOf(stand.state, stand.temporary, stand.mirrorPath), rows, slots }, where).toEqual({
            left: [],
            rows: 0,
            slots: 0,
          });
          stand.checkRefs(where);
          await expect
            .poll(() => [processesInSandboxesOf(stand.owners), stillThere(before)], { timeout: 5_000, message: where })
            .toEqual([[], []]);
          if (round === kills) break;
          stand.owners.add(owner);
          program.goOn();
          await program.reaches(stations[Math.floor(random() * stations.length)] ?? 'running', Math.floor(random() * 5));
          await wait(random() * 40);
        } finally {
          before = startedBy(program.id);
          await program.kill();
        }
        stand.remember(program.stations());
      }
      stand.checkObjects();
      recoveries.sort((left, right) => left - right);
      const [middle, most] = [recoveries[Math.floor(recoveries.length / 2)] ?? 0, recoveries.at(-1) ?? 0];
      console.log(
        `MIYABI_CHAOS_SEED=${seed} ${method}: ${kills} kills, ${stand.told()}; recovery p50 ${middle.toFixed(0)} ms, at most ${most.toFixed(0)} ms`,
      );
      // What is promised for every recovery, on a machine that has other things to do as well.
      expect(most).toBeLessThan(5_000);
    },
  );

/** A process that is killed before or while it cleans what those before it left. @returns what it had started. */
async function killedSoon(request: KilledRequest, temporary: string, ms: number): Promise<readonly SeenProcess[]> {
  const program = new Lives(request, temporary);
  await wait(ms);
  const started = startedBy(program.id);
  await program.kill();
  return started;
}

/** A state folder with a mirror, and what is known of all worlds that were ever begun in it. */
async function killedStand(method: WorkspaceMethod) {
  const folder = await temporaryFolder();
  const state = join(folder.path, 'state');
  const temporary = join(folder.path, 'tmp');
  mkdirSync(temporary);
  const repository = makeRepository(join(folder.path, 'project'), manyFiles());
  const commits = [repository.head, repository.commit({ 'src/d1/f1.js': 'changed\n' }), repository.commit({ 'more.js': 'm\n' })] as const;
  await using tools = await worldTools(state, method);
  const found = (await tools.workspaces.ladder()).find((rung) => rung.method === method);
  const { id: repositoryId } = await tools.ledger.repository(repository.root);
  const mirrorPath = tools.state.mirror(repositoryId);
  for (const commit of commits) await tools.git.mirror(mirrorPath, repository.root, commit);
  const jobId = systemIds.next() as JobId;
  const run = displayId('run', jobId);
  const worlds = new Map<string, At>();
  const killedAt = new Map<string, number>();
  const refsBelow = (prefix: string): string[] =>
    userGit(mirrorPath, 'for-each-ref', '--format=%(refname)', prefix)
      .split('\n')
      .filter(Boolean)
      .map((ref) => ref.slice(prefix.length));
  const contentOf = (commit: string): { readonly lines: number; readonly paths: readonly string[] } => {
    const paths = userGit(mirrorPath, 'ls-tree', '-r', '--name-only', commit).split('\n');
    const written = paths.includes(fileWritten) ? userGit(mirrorPath, 'show', `${commit}:${fileWritten}`).split('\n') : [];
    return { paths, lines: written.filter((line) => /^line \d+ of [a-z]+$/.test(line)).length };
  };

  return {
    /** Whether worlds can be made that way here. */
    rung: found ?? { usable: false, detail: 'It is not known here.' },
    state,
    temporary,
    mirrorPath,
    owners: new Set<string>(),
    request: (round: number): KilledRequest => ({ state, method, repositoryId, jobId, commits, round }),
    /** Where the worlds of a process were when it was killed. */
    remember(seen: ReadonlyMap<string, At>): void {
      for (const [world, at] of seen) {
        worlds.set(world, at);
        if (at.station !== 'discarded') killedAt.set(at.station, (killedAt.get(at.station) ?? 0) + 1);
      }
    },
    told: (): string => [...killedAt].map(([station, count]) => `${count} ${station}`).join(', '),
    /** What was harvested is there; what an agent had written in a world that came to no end is there too; nothing else is. */
    checkRefs(where: string): void {
      const standing = (...wanted: readonly Station[]): string[] =>
        [...worlds.values()].filter(({ station }) => wanted.includes(station)).map(({ world }) => world);
      const harvested = refsBelow('refs/miyabi/worlds/');
      expect(harvested, where).toEqual(expect.arrayContaining(standing('harvested', 'discarding', 'discarded')));
      expect(standing('harvesting', 'harvested', 'discarding', 'discarded'), where).toEqual(expect.arrayContaining(harvested));
      const rescued = refsBelow(`refs/miyabi/rescued/${run}/`);
      expect(rescued, where).toEqual(expect.arrayContaining(standing('wrote', 'harvesting', 'harvested')));
      expect(standing('running', 'wrote', 'harvesting', 'harvested', 'discarding'), where).toEqual(expect.arrayContaining(rescued));
      for (const world of rescued) {
        const kept = contentOf(`refs/miyabi/rescued/${run}/${world}`);
        expect(kept.lines, `${world}, ${where}`).toBeGreaterThanOrEqual(worlds.get(world)?.lines ?? 0);
        // The agent removes it before it writes its first line.
        expect(kept.lines > 0 && kept.paths.includes('README.md'), `${world}, ${where}`).toBe(false);
      }
      for (const world of harvested) expect(contentOf(`refs/miyabi/worlds/${world}`).lines, `${world}, ${where}`).toBe(linesWritten);
    },
    checkObjects(): void {
      userGit(mirrorPath, 'fsck', '--no-dangling', '--connectivity-only');
    },
    [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose](),
  };
}

/** One process that lives worlds. */
class Lives {
  readonly #child: ChildProcess;
  readonly #messages: KilledMessage[] = [];
  readonly #exited: Promise<unknown>;
  #errors = '';

  constructor(request: KilledRequest, temporary: string) {
    const program = entryPoint(import.meta.url, './worlds-killed-program');
    this.#child = fork(program, [JSON.stringify(request)], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: { ...process.env, TMPDIR: temporary },
      execArgv: [],
    });
    // Only then has it said all it had to say.
    this.#exited = once(this.#child, 'close');
    this.#child.on('message', (message) => this.#messages.push(message as KilledMessage));
    this.#child.stderr?.on('data', (data) => (this.#errors += String(data)));
  }

  get id(): number {
    return this.#child.pid ?? 0;
  }

  async recovered(): Promise<Recovered> {
    await this.#until(() => this.#messages.length > 0);
    return this.#messages[0] as Recovered;
  }

  goOn(): void {
    this.#child.send('go on');
  }

  /** Waits until so many of its worlds, and one more, have come to the station. @throws when it ends before. */
  async reaches(station: Station, before: number): Promise<void> {
    const worldsAt = (): number =>
      new Set(this.#messages.flatMap((message) => (message.type === 'at' && message.station === station ? [message.world] : []))).size;
    await this.#until(() => worldsAt() > before);
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#child.exitCode !== null) throw new Error(`The program ended: ${this.#errors}`);
      await Promise.race([once(this.#child, 'message'), this.#exited]);
    }
  }

  /** The last that is known of each world. */
  stations(): ReadonlyMap<string, At> {
    return new Map(this.#messages.flatMap((message) => (message.type === 'at' ? [[message.world, message] as const] : [])));
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

function manyFiles(): Readonly<Record<string, string>> {
  const files = Array.from({ length: 200 }, (_, at) => [`src/d${at % 10}/f${at}.js`, `export const a = ${at};\n`] as const);
  return { 'README.md': 'hello\n', ...Object.fromEntries(files) };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
