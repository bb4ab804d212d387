import { createHash } from 'node:crypto';
import type { Config } from '../domain/config.ts';
import type { CommitId } from '../domain/ids.ts';
import type { CheckOverrides, ProjectReader } from '../evaluation/checks/detect.ts';
import { detectChecks } from '../evaluation/checks/detect.ts';
import type { Mirror } from '../ports/git.ts';
import type { ChosenNode } from '../worlds/choose-node.ts';
import { chooseNode } from '../worlds/choose-node.ts';
import { findNodes } from '../worlds/find-nodes.ts';
import type { PlannedChecks } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';

/**
 * How the project is checked and with which Node, found in its base commit and never in a world's: what is judged does
 * not choose its judge. The digest names this very way of checking; another way is another answer.
 */
export async function planChecks(tools: WorkflowTools, mirror: Mirror, base: CommitId, config: Config): Promise<PlannedChecks> {
  const plan = await detectChecks(readerAt(mirror, base), overridesOf(config));
  const node = await nodeFor(tools, mirror, base, config);
  const digest = createHash('sha256')
    .update(JSON.stringify([plan, node.version]))
    .digest('hex')
    .slice(0, 32);
  return { plan: node.fits ? plan : { ...plan, reasons: [...plan.reasons, node.because] }, node, digest };
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

async function nodeFor(
  tools: WorkflowTools,
  mirror: Mirror,
  base: CommitId,
  config: Config,
): Promise<ChosenNode & { readonly version: string }> {
  const ours = { path: tools.host.nodePath, version: tools.host.nodeVersion };
  const manifest = await mirror.readFile(base, 'package.json');
  const versionFile = (await mirror.readFile(base, '.nvmrc')) ?? (await mirror.readFile(base, '.node-version'));
  const engines = enginesOf(manifest);
  const wishes = {
    ...(config.node.path === undefined ? {} : { configured: config.node.path }),
    ...(engines === undefined ? {} : { engines }),
    ...(versionFile === undefined ? {} : { versionFile }),
  };
  const first = chooseNode(wishes, [], ours);
  if (first.path === ours.path && first.fits) return { ...first, version: ours.version };
  const others = await findNodes(tools.processes, tools.host.environment['PATH'] ?? '');
  const chosen = chooseNode(wishes, others, ours);
  const version = [ours, ...others].find(({ path }) => path === chosen.path)?.version ?? 'as configured';
  return { ...chosen, version };
}

function enginesOf(manifest: string | undefined): string | undefined {
  try {
    const { engines } = JSON.parse(manifest ?? '{}') as { readonly engines?: { readonly node?: unknown } };
    return typeof engines?.node === 'string' ? engines.node : undefined;
  } catch {
    return undefined; // A manifest that is no JSON asks for nothing; what reads it for the checks says so.
  }
}
