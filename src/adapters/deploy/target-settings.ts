import type { Target, TargetKind } from '../../domain/config-deploy.ts';
import type { ProcessRunner } from '../../ports/process.ts';

/** What a target is made from. */
export interface TargetSettings<Kind extends TargetKind> {
  readonly target: Extract<Target, { readonly kind: Kind }>;
  /** Of the environment, such as `production`. */
  readonly environment: string;
  /** Absolute path of the environment's own folder, which is made when it is not there and which nobody else writes to. */
  readonly folder: string;
  readonly process: ProcessRunner;
  /** Miyabi's own environment: the programs of a target are given the little of it that they need to work. */
  readonly host: Readonly<Record<string, string | undefined>>;
  /** Values by name of `deploySecrets`, and of the variable with the account for the registry. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** With what is needed to run something of a release on this machine. */
export interface LocalTargetSettings<Kind extends TargetKind> extends TargetSettings<Kind> {
  /** Our own Node. */
  readonly nodePath: string;
  /** Folders and files of this machine that releases must not see. */
  readonly hidden: readonly string[];
}
