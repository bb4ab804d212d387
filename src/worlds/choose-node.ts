import semver from 'semver';

/** A Node program and its version, without a leading v. */
export interface NodeProgram {
  readonly path: string;
  readonly version: string;
}

export interface NodeWishes {
  /** From the configuration; taken as it is. */
  readonly configured?: string;
  /** `engines.node` of the project's package.json. */
  readonly engines?: string;
  /** The text of the project's .nvmrc or .node-version. */
  readonly versionFile?: string;
}

export interface ChosenNode {
  readonly path: string;
  /** In a sentence. */
  readonly because: string;
  /** Whether the project's wish is met; a miss is worth a warning. */
  readonly fits: boolean;
}

/** Decides which Node runs the target project: as configured, else as the project asks where such a one is there, else ours. */
export function chooseNode(wishes: NodeWishes, candidates: readonly NodeProgram[], ours: NodeProgram): ChosenNode {
  if (wishes.configured !== undefined) return { path: wishes.configured, because: 'The configuration names it.', fits: true };
  const wish = wishOf(wishes);
  if (wish === undefined)
    return { path: ours.path, because: 'The project asks for no version; it is the one that runs Miyabi.', fits: true };
  const fitting = [ours, ...candidates].find((candidate) => semver.satisfies(candidate.version, wish.range));
  if (fitting !== undefined)
    return { path: fitting.path, because: `${wish.where} asks for ${wish.range}; it is ${fitting.version}.`, fits: true };
  return {
    path: ours.path,
    because: `${wish.where} asks for ${wish.range}, which is not there; ours, ${ours.version}, runs instead.`,
    fits: false,
  };
}

function wishOf(wishes: NodeWishes): { readonly range: string; readonly where: string } | undefined {
  const file = semver.validRange(wishes.versionFile?.trim() ?? null);
  if (file !== null && file !== '*') return { range: file, where: 'The version file' };
  const engines = semver.validRange(wishes.engines ?? null);
  return engines === null || engines === '*' ? undefined : { range: engines, where: 'engines.node' };
}
