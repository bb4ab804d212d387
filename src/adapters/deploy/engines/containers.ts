import { createHash } from 'node:crypto';
import { z } from 'zod';
import { spreadExits } from '../spread-exits.ts';
import type { SeenExits } from '../spread-exits.ts';
import { lastWords } from '../target-program.ts';
import type { Engine } from './engine.ts';

/** A container of an environment, as the engine tells it. */
export interface DeployedContainer {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `restarting` counts as running: the engine brings it up again by itself. */
  readonly isRunning: boolean;
  /** Of the last exit. */
  readonly exitCode: number;
  /** By the engine, because it had exited. */
  readonly restarts: number;
  /** Epoch ms, as the other; undefined before the first exit. */
  readonly finishedAt: number | undefined;
  readonly createdAt: number;
}

const told = z.array(
  z.object({
    Name: z.string(),
    Created: z.string(),
    RestartCount: z.int().default(0),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
    State: z.object({ Status: z.string(), Running: z.boolean(), ExitCode: z.int(), FinishedAt: z.string().default('') }),
  }),
);

/** What the containers of an environment are known by: short, and unlike that of any other environment on this machine. */
export function environmentLabel(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 12);
}

/** @returns those that bear the label, running or not. @throws any error when the engine does not tell. */
export async function listContainers(engine: Engine, label: string, signal: AbortSignal): Promise<readonly DeployedContainer[]> {
  const listed = await engine.ask(['ps', '--all', '--quiet', '--no-trunc', '--filter', `label=${label}`], signal);
  if (listed.code !== 0) throw new Error(`${engine.name} does not tell its containers and said: ${lastWords(listed)}`);
  const ids = listed.stdout.split('\n').filter((line) => line !== '');
  if (ids.length === 0) return [];
  // One that is gone by now makes the command fail, and the others are told all the same.
  const inspected = await engine.ask(['container', 'inspect', ...ids], signal);
  return readContainers(inspected.stdout);
}

/** @returns undefined where there is none of that name. */
export async function findContainer(engine: Engine, name: string, signal: AbortSignal): Promise<DeployedContainer | undefined> {
  const inspected = await engine.ask(['container', 'inspect', name], signal);
  return inspected.code === 0 ? readContainers(inspected.stdout)[0] : undefined;
}

/** Asks it to end, kills it when it has not, and removes what it leaves. */
export async function removeContainer(
  engine: Engine,
  { name, isRunning }: DeployedContainer,
  stopSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  if (isRunning) await engine.ask(['stop', '-t', String(Math.ceil(stopSeconds)), name], signal);
  await engine.ask(['rm', '--force', '--volumes', name], signal);
}

/** Tells containers that run a hook from those of a release. */
export function isHook({ name }: Pick<DeployedContainer, 'name'>): boolean {
  return /-hook-[0-9a-f]{16}$/.test(name);
}

/** Tells when a container has exited, of what the engine tells and of what was seen at earlier looks. */
export function createExitTimes(): (container: DeployedContainer) => readonly number[] {
  const seen = new Map<string, SeenExits>();
  return ({ name, restarts, finishedAt, createdAt }) => {
    const now = spreadExits({ count: restarts, lastAt: finishedAt, since: createdAt }, seen.get(name), Date.now());
    seen.set(name, now);
    return now.exits;
  };
}

function readContainers(text: string): readonly DeployedContainer[] {
  return told.parse(JSON.parse(text)).map(({ Name, Created, RestartCount, Config, State }) => ({
    name: Name.replace(/^\//, ''),
    labels: Config.Labels ?? {},
    isRunning: State.Running || State.Status === 'restarting',
    exitCode: State.ExitCode,
    restarts: RestartCount,
    finishedAt: timeOf(State.FinishedAt),
    createdAt: timeOf(Created) ?? 0,
  }));
}

/** Of something that has not happened the engines say the year 1. */
function timeOf(text: string): number | undefined {
  const at = Date.parse(text);
  return at > 0 ? at : undefined;
}
