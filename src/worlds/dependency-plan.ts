import type { AllowedAddress } from '../domain/allowed-address.ts';
import type { CheckCommand } from '../domain/checks.ts';
import type { ForeignCode } from './environment.ts';

/** One commit of a project, as what decides its dependencies is read from it. Links are not followed: they could lead out of it. */
export interface ProjectFiles {
  /** Those of the paths that exist there and are regular files. */
  readFiles(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Every file, with a word that is the same for the same kind of file with the same content. Costs something where there are many. */
  objects(): Promise<ReadonlyMap<string, string>>;
}

/** How a project is installed, and with what. */
export interface DependencyRequest {
  /** Undefined where there is nothing to install. */
  readonly install: CheckCommand | undefined;
  /** Of the Node that the project runs with. */
  readonly nodeVersion: string;
  /** System and processor, such as `linux-x64`. */
  readonly platform: string;
  readonly installScripts: boolean;
  /** What an installation outside of all walls may be sent to. */
  readonly registries: readonly AllowedAddress[];
  /** Globs, written as in a .gitignore, of the files that decide what the command installs; used together with `outputs`. */
  readonly inputs?: readonly string[];
  /** Files and folders that the command makes, relative to the top. */
  readonly outputs?: readonly string[];
  /** Epoch ms; without a lockfile dependencies are looked up anew every day. */
  readonly at: number;
}

/** What an installation reads, and where it takes place. */
export type LayerSource =
  /** A folder that holds the dependency lists and nothing else of the project; `node_modules` comes of it. */
  | { readonly kind: 'lists'; readonly files: Readonly<Record<string, string>>; readonly foreignCode: ForeignCode }
  /** A checkout of the commit; what is new there afterwards comes of it, or what is named. */
  | {
      readonly kind: 'checkout';
      readonly outputs: 'whatever is new' | readonly string[];
      readonly environment: InPlace['environment'];
    };

/** An installation in a checkout. */
export interface InPlace {
  readonly install: CheckCommand;
  /** Beside the environment of a world. `$HOME` at the beginning of a value stands for its HOME. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The whole environment of an installation in a checkout. */
export function withOwn(
  environment: Readonly<Record<string, string>>,
  own: InPlace['environment'],
  home: string,
): Readonly<Record<string, string>> {
  const values = Object.entries(own).map(([name, value]) => [name, value.replace(/^\$HOME(?=\/)/, () => home)]);
  return { ...environment, ...Object.fromEntries(values) };
}

/** Where the dependencies of a commit come from. */
export type DependencyPlan =
  | { readonly kind: 'nothing'; readonly reason: string }
  | (InPlace & { readonly kind: 'in-place'; readonly reason: string; readonly notes: readonly string[] })
  | {
      readonly kind: 'layer';
      readonly install: CheckCommand;
      /** The same for everything that is installed alike: 64 hexadecimal digits. */
      readonly key: string;
      readonly source: LayerSource;
      /** What a person should know of it, in sentences. */
      readonly notes: readonly string[];
    };

export const withoutUsersHome =
  'Foreign code can run in this installation, so it had neither your HOME nor your credentials for a registry; they are used where a lockfile names only packages of a registry and install scripts are off.';
