import ignore from 'ignore';
import { posix } from 'node:path';
import type { CheckCommand } from '../domain/checks.ts';
import { Failure } from '../domain/failure.ts';
import type { CommitId } from '../domain/ids.ts';
import type { Mirror } from '../ports/git.ts';
import type { DependencyPlan, DependencyRequest, ProjectFiles } from './dependency-plan.ts';
import { withoutUsersHome } from './dependency-plan.ts';
import { layerKey } from './layer-key.ts';
import { planFromCheckout } from './plan-from-checkout.ts';
import { planFromLists } from './plan-from-lists.ts';

/** A commit of the mirror, as its dependencies are planned from it. */
export function projectFiles(mirror: Pick<Mirror, 'readFiles' | 'objects'>, commit: CommitId): ProjectFiles {
  return { objects: () => mirror.objects(commit), readFiles: (paths) => mirror.readFiles(commit, paths) };
}

/**
 * Tells before there is a checkout where its dependencies will come from: from a layer that everything installed alike shares, or
 * from an installation of its own. A commit that changes what decides gets another layer, for its key is another one.
 *
 * @throws Failure (configuration) when `dependencies.outputs` names something outside of the checkout.
 */
export async function planDependencies(project: ProjectFiles, request: DependencyRequest): Promise<DependencyPlan> {
  const { install } = request;
  if (install === undefined) return { kind: 'nothing', reason: 'There are no dependencies to install.' };
  const asked = { ...request, install };
  if (request.outputs !== undefined && request.outputs.length > 0) return planAsConfigured(await project.objects(), asked, request.outputs);
  return (await planFromLists(project, asked)) ?? (await planFromCheckout(project, asked));
}

function planAsConfigured(
  objects: ReadonlyMap<string, string>,
  request: DependencyRequest & { readonly install: CheckCommand },
  outputs: readonly string[],
): DependencyPlan {
  const { install, inputs = [] } = request;
  const paths = outputs.map((path) => withinCheckout(path));
  const deciding = ignore().add([...inputs]);
  const facts = [...objects].filter(([path]) => deciding.ignores(path)).toSorted(([one], [other]) => (one < other ? -1 : 1));
  if (facts.length === 0) {
    const reason = `no file of the project is among dependencies.inputs${inputs.length === 0 ? ', which is not set' : ''}.`;
    return { kind: 'in-place', install, environment: {}, reason, notes: [] };
  }
  return {
    kind: 'layer',
    install,
    key: layerKey('configured', request, { locked: true, facts: [facts, paths] }),
    source: { kind: 'checkout', outputs: paths, environment: {} },
    notes: [withoutUsersHome],
  };
}

function withinCheckout(path: string): string {
  const normal = posix.normalize(path).replace(/\/$/, '');
  const parts = normal.split('/');
  if (!posix.isAbsolute(normal) && normal !== '.' && !parts.includes('..') && parts[0] !== '.git') return normal;
  throw new Failure('configuration', {
    what: `What is installed cannot be kept: ${JSON.stringify(path)}.`,
    why: 'dependencies.outputs has to name files or folders inside of the repository, and this is none.',
    fix: 'Name them relative to the top of the repository, such as .venv or vendor.',
  });
}
