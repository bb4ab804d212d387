/** The parts of the analyses in which foreign text is parsed, in the order in which the child program takes them. */
export const lookSteps = ['secrets', 'dangerous-code', 'capabilities', 'dependencies'] as const;
export type LookStep = (typeof lookSteps)[number];

/** A file of the change as text; what is binary, too large or no regular file is not among them. */
export interface LookFile {
  readonly path: string;
  /** Where it lay before; absent for a new file. */
  readonly from?: string;
  readonly before?: string;
  /** Absent when it was deleted. */
  readonly after?: string;
  readonly isTest: boolean;
}

/** A text of the change that is in none of its files, such as the message of a commit, under a name for people. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** What all steps work on. */
export interface StepInput {
  readonly files: readonly LookFile[];
  readonly texts: readonly NamedText[];
  /** Lockfiles that stand beside changed manifests and are themselves as they were. */
  readonly unchanged: readonly string[];
  /** Licences (SPDX) that may be without being asked about. */
  readonly licences: readonly string[];
  /** Hosts of registries that the user knows. */
  readonly registries: readonly string[];
}
