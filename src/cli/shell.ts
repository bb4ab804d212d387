import type { createColors } from 'picocolors';
import type { LogSettings } from '../domain/config-log.ts';
import { shownDatabaseAddress } from '../domain/database-address.ts';
import type { ConfigLayer } from '../domain/resolve-config.ts';
import type { BackupTools } from '../operations/backups.ts';
import type { RecordCheckTools } from '../operations/check-records.ts';
import type { MovingTools } from '../operations/move-database.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { ConfigurationFiles } from '../ports/configuration-files.ts';
import type { ForgeFolders } from '../ports/forge-folder.ts';
import type { Browsers } from '../ports/browsers.ts';
import type { Editors } from '../ports/editors.ts';
import type { ServiceManager } from '../ports/service-manager.ts';

export type Colours = ReturnType<typeof createColors>;

/** Options that every command takes. */
export interface GlobalOptions {
  /** Another state folder. */
  readonly state?: string;
  /** The address of the PostgreSQL that keeps the records for many machines. */
  readonly database?: string;
  /** Also how far tasks are, and what lies behind a failure. */
  readonly verbose?: boolean;
}

/** Where a service writes its log. */
export interface LogTarget {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly colours: Colours;
}

/** The log of this process. */
export interface OpenLog {
  /** Whether people read it where a service writes it, and not programs that keep it. */
  readonly isPretty: boolean;
  /** From now on these levels hold. */
  use(levels: Pick<LogSettings, 'level' | 'levels'>): void;
}

/** The product, opened on its state folder. */
export interface OpenApp extends AsyncDisposable {
  readonly tools: OperationTools;
  /** Undefined where nothing is written down: no target was named, and no `log.file` is configured. */
  readonly log: OpenLog | undefined;
}

/**
 * Everything a command may use of the world around it. Results go to `out`, progress and questions to `err`, so
 * that a pipe gets results only.
 */
export interface Shell {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly errStream: NodeJS.WriteStream;
  /** Standard input and output as they are, for what speaks a protocol over them. */
  readonly streams: { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream };
  readonly colours: Colours;
  /** A person sits at a terminal that can redraw; else one line for each change and no questions. */
  readonly interactive: boolean;
  /** Of the terminal, for whatever redraws. */
  readonly columns: () => number;
  readonly rows: () => number;
  readonly cwd: string;
  /** Who answers questions, for the records. */
  readonly user: string;
  readonly version: string;
  /** How this program is called from here: `miyabi`, or `node bin/miyabi.js` in a checkout. */
  readonly program: string;
  /**
   * Opens database and tools; commands that need neither do not call it. `flags` are configuration set on the command line; with `log` what this process does
   * is written there.
   */
  open(options: GlobalOptions & { readonly log?: LogTarget }, flags?: Readonly<Record<string, unknown>>): Promise<OpenApp>;
  /** What moves records from one database to another, without the rest of the product; with `local` the one in the state folder. */
  moving(options: GlobalOptions & { readonly local?: boolean }): Promise<MovingTools>;
  /** What keeps records safe: checks, backups, restores; nothing is opened for work. */
  maintaining(options: GlobalOptions & { readonly local?: boolean }): Promise<BackupTools & RecordCheckTools & AsyncDisposable>;
  /** What makes forges that are a folder; nothing else of the product is opened. */
  forgeFolders(): Promise<ForgeFolders & AsyncDisposable>;
  /** The sources of configuration, strongest first, without the repository's. */
  configuration(flags?: Readonly<Record<string, unknown>>): Promise<readonly ConfigLayer[]>;
  /** Where the user's own lies, or would lie, and what reads and writes such files. */
  configurationFile(): Promise<{ readonly path: string; readonly files: ConfigurationFiles }>;
  /** The person's own; loaded when one is opened. */
  editors(): Promise<Editors>;
  /** The same for browsers. */
  browsers(): Promise<Browsers>;
  /** What has started this process, where that is told how it goes. @param failed hears, in a sentence, of what it could not be told. */
  serviceManager(failed: (text: string) => void): Promise<ServiceManager>;
  /** What can be named on the command line, for whoever completes it; found without the rest of the product. */
  readonly known: {
    /** The newest; none where many machines share the records. */
    runs(this: void, options: GlobalOptions): Promise<readonly { readonly id: string; readonly title: string }[]>;
    examples(this: void): Promise<readonly string[]>;
  };
  /** What the person has set, by which an editor is chosen. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Calls back for each key that is typed at the terminal, without Enter, until it is disposed; where nobody sits there, never. What asks
   * questions there must not read at the same time.
   */
  keys(press: (key: string) => void): Disposable;
  /** Calls the listeners one after the other, one at each Ctrl-C (or SIGTERM), instead of ending; the next one ends at once with 130. */
  onInterrupt(...listeners: readonly (() => void)[]): Disposable;
  /** Calls back at each SIGHUP in place of ending, where this process belongs to no terminal; together with {@link onInterrupt}. */
  onHangUp(listener: () => void): Disposable;
}

/** What a command begins with that goes on from this one, ready to be pasted by whoever has the password in the environment. */
export function commandPrefix(shell: Pick<Shell, 'program'>, { state, database }: GlobalOptions): string {
  const shownDatabase = database === undefined ? undefined : shownDatabaseAddress(database);
  const options = [
    ...(state === undefined ? [] : [`--state ${quoted(state)}`]),
    ...(shownDatabase === undefined ? [] : [`--database ${quoted(shownDatabase)}`]),
  ];
  return [shell.program, ...options].join(' ');
}

/** As a POSIX shell reads one word. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
