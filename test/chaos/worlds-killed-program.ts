import { systemClock } from '../../src/adapters/clock.ts';
import type { CommitId, JobId, RepositoryId } from '../../src/domain/ids.ts';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import type { WorldFolder } from '../../src/domain/state-folder.ts';
import type { Workspace } from '../../src/ports/workspace.ts';
import { discardWorld } from '../../src/worlds/discard.ts';
import { harvest } from '../../src/worlds/harvest.ts';
import { prepareWorld } from '../../src/worlds/prepare.ts';
import { recoverWorlds } from '../../src/worlds/recover.ts';
import { reserveSlot } from '../../src/worlds/slot.ts';
import { worldTools } from '../support/world-tools.ts';

/** What the test tells the program as its one argument. */
export interface KilledRequest {
  readonly state: string;
  readonly method: WorkspaceMethod;
  readonly repositoryId: RepositoryId;
  readonly jobId: JobId;
  /** Worlds are made of each in turn; the first is the one whose checkout they share. */
  readonly commits: readonly [CommitId, ...CommitId[]];
  /** Part of the names of its tasks, so that no two processes make the same world. */
  readonly round: number;
}

/** The stations of a world, each told before the first step towards the next one; `wrote`: so many lines are in its file. */
export type Station = 'preparing' | 'opening' | 'running' | 'wrote' | 'harvesting' | 'harvested' | 'discarding' | 'discarded';

/** What the program tells the test, as messages. */
export type KilledMessage =
  | {
      readonly type: 'recovered';
      readonly ms: number;
      readonly said: readonly string[];
      readonly rows: number;
      readonly slots: number;
      readonly owner: string;
    }
  | { readonly type: 'at'; readonly world: string; readonly station: Station; readonly lines: number };

/** How many lines each agent writes. */
export const linesWritten = 8;
/** Where each agent writes them. */
export const fileWritten = 'src/work.txt';

const names = ['alpha', 'beta', 'gamma'] as const;
const agent = `(trap '' TERM HUP; exec setsid sleep 300) &
mkdir -p src/deep && rm -f README.md
for line in ${Array.from({ length: linesWritten }, (_, at) => at + 1).join(' ')}; do
  echo "line $line of $MIYABI_WORLD" >> ${fileWritten}; echo $line; sleep 0.005
done
`;

/**
 * Cleans what processes before it have left, says so, and once it is told to go on lives worlds until it is killed: prepared, lived in
 * within walls, harvested and discarded as the product does it, three at a time.
 */
async function main(request: KilledRequest): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  const tools = await worldTools(request.state, request.method);
  const started = performance.now();
  const said = await recoverWorlds(tools, systemClock.now());
  const ms = performance.now() - started;
  const rows = (await tools.ledger.folders()).length;
  const slots = (await tools.ledger.slots.list()).length;
  const goOn = new Promise((resolve) => process.once('message', resolve));
  await tell({ type: 'recovered', ms, said, rows, slots, owner: tools.owner.name });
  await goOn;
  await tools.owner.hold();
  const mirrorPath = tools.state.mirror(request.repositoryId);

  async function live(name: (typeof names)[number], turn: number): Promise<void> {
    const task = `t${request.round}-${turn}`;
    const folder = tools.state.world(request.jobId, task, name);
    const commit = request.commits[turn % request.commits.length] ?? request.commits[0];
    let lines = 0;
    const at = (station: Station): Promise<void> => tell({ type: 'at', world: `${task}/${name}`, station, lines });
    await at('preparing');
    const workspace = await prepareWorld(tools, {
      folder,
      mirrorPath,
      commit,
      near: request.commits[0],
      repositoryId: request.repositoryId,
      jobId: request.jobId,
      owner: tools.owner.name,
      at: systemClock.now(),
      minimumFreeBytes: 0,
    });
    await reserveSlot(tools.ledger.slots, folder.root);
    await at('opening');
    await lived(folder, workspace, `${task}-${name}`, name, async (line) => {
      lines = line;
      await at(line === 0 ? 'running' : 'wrote');
    });
    await at('harvesting');
    await harvest(await tools.git.open(mirrorPath), {
      directory: workspace.directory,
      index: workspace.index,
      base: commit,
      message: `What ${name} did`,
      author: { name: 'Ada User', email: 'ada@example.org' },
      at: systemClock.now(),
      ref: `refs/miyabi/worlds/${task}/${name}`,
    });
    await at('harvested');
    await at('discarding');
    await discardWorld(tools, { folder, mirrorPath });
    await at('discarded');
  }

  async function lived(
    { tree, context, home, tmp }: WorldFolder,
    workspace: Workspace,
    name: string,
    world: string,
    onLine: (line: number) => Promise<void>,
  ): Promise<void> {
    const { level } = (await tools.sandboxes.ladder()).find(({ usable }) => usable)!;
    await using sandbox = await tools.sandboxes.open({
      level,
      name,
      writable: [tree, context, home, tmp],
      protected: [`${tree}/.git`],
      readable: [`${mirrorPath}/objects`],
      network: [{ host: 'registry.example.org', port: 443 }],
      limits: { memoryBytes: 2 ** 30, processes: 100, cpus: 1, diskBytes: 1e9, outputBytes: 1e7 },
      onIncident: () => undefined,
    });
    await onLine(0);
    const { end, stderr } = await sandbox.process.run({
      command: ['/bin/sh', '-c', agent],
      cwd: workspace.directory,
      env: { PATH: '/usr/bin:/bin', MIYABI_WORLD: world },
      timeoutMs: 60_000,
      onLine: (line, stream) => void (stream === 'stdout' && onLine(Number(line))),
    });
    if (end.kind !== 'exited' || end.code !== 0) throw new Error(`${JSON.stringify(end)}: ${stderr}`);
  }

  const liveOn = async (name: (typeof names)[number]): Promise<never> => {
    for (let turn = 0; ; turn += 1) await live(name, turn);
  };
  await Promise.all(names.map(liveOn));
}

/** Resolves when the message is on its way, so that what comes after it cannot be known before it. */
async function tell(message: KilledMessage): Promise<void> {
  await new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

if (import.meta.main) await main(JSON.parse(process.argv[2] ?? '') as KilledRequest);
