import type { Change } from '../../src/domain/change.ts';
import type { SecurityLevel } from '../../src/domain/security.ts';
import { lookForCapabilities } from '../../src/evaluation/security/child/capabilities.ts';
import { lookForDangerousCode } from '../../src/evaluation/security/child/dangerous-code.ts';
import { lookAtDependencies } from '../../src/evaluation/security/child/dependencies.ts';
import { lookForSecrets } from '../../src/evaluation/security/child/secrets.ts';
import { readChangedFiles } from '../../src/evaluation/security/changed-files.ts';
import { pathFindings } from '../../src/evaluation/security/path-rules.ts';
import type { NamedText, StepInput } from '../../src/evaluation/security/steps.ts';

/** A text afterwards, or before and afterwards; undefined where there is no file. */
export type Contents = Readonly<Record<string, string | readonly [string | undefined, string | undefined]>>;

export interface Extras {
  readonly texts?: readonly NamedText[];
  readonly unchanged?: readonly string[];
  /** Kinds of files that are no plain ones. */
  readonly kinds?: Readonly<Record<string, 'executable' | 'symlink' | 'submodule'>>;
  readonly binary?: readonly string[];
  readonly licences?: readonly string[];
}

/** A change as git would tell it. */
export function changeOf(contents: Contents, { kinds = {}, binary = [] }: Extras = {}): Change {
  return {
    files: Object.entries(contents).map(([path, content]) => {
      const [before, after] = bothOf(content);
      const status = before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified';
      return { path, status, addedLines: 1, removedLines: 0, binary: binary.includes(path), kind: kinds[path] ?? 'file' };
    }),
  };
}

/** Reads either side of a change. */
export function readerOf(contents: Contents, side: 0 | 1) {
  return async (path: string): Promise<string | undefined> => {
    const content = contents[path];
    return content === undefined ? undefined : bothOf(content)[side];
  };
}

function bothOf(content: string | readonly [string | undefined, string | undefined]): readonly [string | undefined, string | undefined] {
  return typeof content === 'string' ? [undefined, content] : content;
}

/** What all rules say of a change, `level rule`, sorted; in this process, as the program does it in its own. */
export async function verdictOn(contents: Contents, extras: Extras = {}): Promise<readonly string[]> {
  return (await findingsOn(contents, extras)).map(({ rule, level }) => `${level} ${rule}`).toSorted();
}

export async function findingsOn(
  contents: Contents,
  extras: Extras = {},
): Promise<
  readonly {
    readonly rule: string;
    readonly level: SecurityLevel;
    readonly path: string;
    readonly line?: number | undefined;
    readonly detail: string;
  }[]
> {
  const { files } = changeOf(contents, extras);
  const { texts } = await readChangedFiles(files, readerOf(contents, 0), readerOf(contents, 1));
  const input: StepInput = {
    files: texts,
    texts: extras.texts ?? [],
    unchanged: extras.unchanged ?? [],
    licences: extras.licences ?? ['MIT', 'ISC', 'Apache-2.0'],
    registries: [],
  };
  return [
    ...(await lookForSecrets(input)),
    ...(await lookForDangerousCode(input)).findings,
    ...(await lookForCapabilities(input)),
    ...(await lookAtDependencies(input)).findings,
    ...(await pathFindings(files, readerOf(contents, 1))),
  ];
}
