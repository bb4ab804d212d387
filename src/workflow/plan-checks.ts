import { createHash } from 'node:crypto';
import type { Config } from '../domain/config.ts';
import type { CommitId } from '../domain/ids.ts';
import type { CheckOverrides } from '../evaluation/checks/detect.ts';
import type { ProjectReader } from '../evaluation/checks/project-reader.ts';
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
  const project = await readerAt(mirror, base);
  const plan = await detectChecks(project, overridesOf(config));
  const node = await nodeFor(tools, project, config);
  const digest = createHash('sha256')
    .update(JSON.stringify([plan, node.version]))
    .digest('hex')
    .slice(0, 32);
  return { plan: node.fits ? plan : { ...plan, reasons: [...plan.reasons, node.because] }, node, digest };
}

/** The same where nothing is configured, and without a look at this machine: what is found in the project. */
export async function checksFoundAt(mirror: Mirror, base: CommitId): Promise<PlannedChecks['plan']> {
  return await detectChecks(await readerAt(mirror, base));
}

/** A commit as a project to look at; what it does not have costs no further call of git. */
async function readerAt(mirror: Mirror, commit: CommitId): Promise<ProjectReader> {
  const files = await mirror.listFiles(commit);
  const known = new Set(files);
  return {
    readFile: async (path) => (known.has(path) ? await mirror.readFile(commit, path) : undefined),
    exists: async (path) => await Promise.resolve(known.has(path)),
    list: async () => await Promise.resolve(files),
  };
}

function overridesOf({ checks }: Config): CheckOverrides {
  const { timeoutMinutes, ...commands } = checks;
  const set = Object.fromEntries(Object.entries(commands).filter(([, value]) => value !== undefined)) as Omit<CheckOverrides, 'timeoutMs'>;
  return { ...set, timeoutMs: Math.round(timeoutMinutes * 60_000) };
}

async function nodeFor(tools: WorkflowTools, project: ProjectReader, config: Config): Promise<ChosenNode & { readonly version: string }> {
  const ours = { path: tools.host.nodePath, version: tools.host.nodeVersion };
  const manifest = await project.readFile('package.json');
  const versionFile = (await project.readFile('.nvmrc')) ?? (await project.readFile('.node-version'));
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
