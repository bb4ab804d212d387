/** What the engines that are compared are asked for; each is opened by the process that uses it. */
export interface Side extends AsyncDisposable {
  /** Resolves when one task is durably there that does nothing but say when it has started. */
  submit(): Promise<void>;
  /** Starts to execute whatever is there. */
  work(concurrency: number): Promise<void>;
  /** Lets those tasks end that wait for it. */
  release(): void;
}

export interface OpenSide {
  readonly url: string;
  /** For what does not lie in the database. */
  readonly folder: string;
  /** Told when a task starts, with the time that it was submitted with. */
  readonly started: (at: number) => void;
}

export const sideNames = ['miyabi', 'pg-boss', 'graphile-worker'] as const;
export type SideName = (typeof sideNames)[number];

/** So many connections have the peers in each process, besides what they listen with; they have 10 by default. */
export const connections = 20;

/** How many tasks have not come to their end. */
export const unendedOf: Readonly<Record<SideName, string>> = {
  miyabi: 'SELECT count(*) AS left FROM weaver_job WHERE ended_at IS NULL',
  'pg-boss': "SELECT count(*) AS left FROM pgboss.job WHERE name = 'bench' AND state < 'completed'",
  'graphile-worker': 'SELECT count(*) AS left FROM graphile_worker._private_jobs',
};

/** Ms of a clock that is the same in all processes of this machine, and is never set. */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Loaded where it is needed: a process has one of them. */
export async function openSide(name: SideName, request: OpenSide): Promise<Side> {
  switch (name) {
    case 'miyabi':
      return (await import('./peers/miyabi.ts')).openMiyabi(request);
    case 'pg-boss':
      return (await import('./peers/pg-boss.ts')).openBoss(request);
    case 'graphile-worker':
      return (await import('./peers/graphile-worker.ts')).openGraphile(request);
  }
}
