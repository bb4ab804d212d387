import { createHash } from 'node:crypto';
import type { Config } from '../domain/config.ts';
import type { CommitId } from '../domain/ids.ts';
import type { CheckOverrides, ProjectReader } from '../evaluation/checks/detect.ts';
import { detectChecks } from '../evaluation/checks/detect.ts';
import type { Mirror } from '../ports/git.ts';
import type { PlannedChecks } from './task-types.ts';

/**
 * How the project is checked, found in its base commit and never in a world's: what is judged does not choose its judge.
 * The digest names this very way of checking; another way is another answer.
 */
export async function planChecks(mirror: Mirror, base: CommitId, config: Config): Promise<PlannedChecks> {
  const plan = await detectChecks(readerAt(mirror, base), overridesOf(config));
  return { plan, digest: createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 32) };
}

/** A commit as a project to look at. */
function readerAt(mirror: Mirror, commit: CommitId): ProjectReader {
  return {
    readFile: async (path) => await mirror.readFile(commit, path),
    exists: async (path) => (await mirror.readFile(commit, path)) !== undefined,
    list: async () => await mirror.listFiles(commit),
  };
}

function overridesOf({ checks }: Config): CheckOverrides {
  const { timeoutMinutes, ...commands } = checks;
  const set = Object.fromEntries(Object.entries(commands).filter(([, value]) => value !== undefined)) as Omit<CheckOverrides, 'timeoutMs'>;
  return { ...set, timeoutMs: Math.round(timeoutMinutes * 60_000) };
}
