import type { CheckCommand, Ecosystem, TestRunner } from '../../../domain/checks.ts';
import type { LintFinding } from '../../../domain/evidence.ts';
import type { ProjectReader } from '../project-reader.ts';
import type { ParsedReport } from '../reports/parsed-report.ts';

/** One line of the detection table: how projects made with one set of tools are recognised, built, checked and tested. */
export interface EcosystemEntry {
  readonly name: Ecosystem;
  /** Files at the top of a repository by which it is recognised, for people: `package.json`. */
  readonly marks: readonly string[];
  /** @returns undefined when the project is not made with it. Reads the project and runs nothing. */
  detect(reader: ProjectReader): Promise<Detected | undefined>;
  /** The runners of tests that belong to it. */
  readonly runners: readonly RunnerReport[];
  readonly linters?: readonly LinterReport[];
  /** What keeps its tools from writing into the checkout, and makes them look for the user's folders in the HOME. Given to every command of a plan. */
  readonly environment?: (base: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
}

/** How one linter is read. */
export interface LinterReport {
  /** Recognises the command as it is shown. Without it every linter's output is tried, so `parse` must know its own format for certain. */
  readonly called?: RegExp;
  /** @returns undefined when it is something else. Paths may be absolute. */
  readonly parse: (stdout: string, stderr: string) => readonly LintFinding[] | undefined;
}

/** The checks that were found in a project; each that was not has a sentence among the reasons. */
export interface Detected {
  readonly install?: CheckCommand;
  readonly build?: CheckCommand;
  readonly typeCheck?: CheckCommand;
  readonly test?: DetectedTest;
  readonly lint?: CheckCommand;
  /** Must change no file. */
  readonly format?: CheckCommand;
  /**
   * One sentence for each check that was not found, which begins `No install`, `No build`, `No type check`, `No tests`, `No linter` or
   * `No format check` (so that it can be left out where that check is configured), and for what else a person should know.
   */
  readonly reasons: readonly string[];
}

/** The command of the tests. Without a `runner` it is recognised by what the command and its script call. */
export interface DetectedTest extends CheckCommand {
  readonly runner?: TestRunner;
  /** What the command amounts to, where it is the name of something else: the text of a script, the recipe of a target. */
  readonly script?: string;
}

/** How one runner of tests is made to tell what it saw, without a change to the project, and how that is read. */
export interface RunnerReport {
  readonly runner: TestRunner;
  /** Recognises a command, or the text of a script, that starts it. Linear in the length of the text. */
  readonly called: RegExp;
  /** How its files of reports are called: `<name>-<pid>.<ending>`, or as `environment` and `arguments` are told. No `-` at its end. */
  readonly name: string;
  /**
   * What its environment is given so that it reports into `file`, a path outside the checkout that does not exist yet and cannot be known
   * beforehand. Reaches it through whatever starts it (make, a shell), and is therefore to be preferred to `arguments`.
   */
  readonly environment?: (file: string, base: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /**
   * What its own command is given for the same, at its end; only where the command is the runner itself, not a script that starts it. A script
   * that starts such a runner is known by its exit code only.
   */
  readonly arguments?: (file: string) => readonly string[];
  /** It reports through Miyabi's own programs, which seal what they write: a report without its seal is not whole. */
  readonly sealed?: true;
  /** What it prints on stdout is its report, or a part of it; only where the command is the runner itself. */
  readonly printed?: true;
  /** Globs of the reports that it leaves in the checkout, for a runner that can be told no other place. What lies there already is removed before. */
  readonly left?: readonly string[];
  /**
   * Reads one report. `ended`: the run was ended by its time limit.
   *
   * @returns undefined when it is something else.
   */
  readonly parse: (text: string, ended: boolean) => ParsedReport | undefined | Promise<ParsedReport | undefined>;
}

/** Whether a command is the runner itself and takes its arguments, rather than a script (`sh -c '...'`) that starts it. */
export function isItself({ called }: Pick<RunnerReport, 'called'>, command: readonly string[]): boolean {
  return called.test(command.join(' ')) && !command.some((word) => /\s/.test(word) && called.test(word));
}

/** A command as it is run and as it is shown, from its words. */
export function commandOf(words: readonly string[]): CheckCommand {
  const [program = '', ...rest] = words;
  return { command: [program, ...rest], shown: words.join(' ') };
}
