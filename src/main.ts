import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import picocolors from 'picocolors';
import { closeInherited } from './adapters/process/inherited.ts';
import { runCommandLine } from './cli/command-line.ts';
import type { Keyboard } from './cli/read-keys.ts';
import { readKeys } from './cli/read-keys.ts';
import type { Shell } from './cli/shell.ts';
import { quoted } from './cli/shell.ts';
import { holdsPassword } from './domain/database-address.ts';
import { exitCode } from './domain/failure.ts';

/**
 * How the launcher says that nobody reads our output any more. Not SIGPIPE: to listen for that is to be stopped by any pipe
 * that closes, such as that of an agent which does not read its task.
 */
const unreadEvent = 'miyabi:unread';

/** Wires the command line to the product and to this process. */
const args = process.argv.slice(2);
// Those who ask questions at the terminal look there themselves.
if (args.slice(0, args.includes('--') ? args.indexOf('--') : args.length).includes('--no-color')) process.env['NO_COLOR'] = '1';
const environment = process.env;
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };
const redraws = process.stderr.isTTY && process.stdin.isTTY && !environment['CI'] && environment['TERM'] !== 'dumb';

const keyboard: Keyboard = {
  input: process.stdin,
  send: (signal) => process.kill(process.pid, signal),
  onContinue: (listener) => {
    process.on('SIGCONT', listener);
    return { [Symbol.dispose]: () => void process.off('SIGCONT', listener) };
  },
};

const shell: Shell = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  errStream: process.stderr,
  streams: { input: process.stdin, output: process.stdout },
  colours: picocolors.createColors(wantsColours()),
  interactive: redraws,
  columns: () => process.stderr.columns || 80,
  rows: () => process.stderr.rows || 24,
  cwd: process.cwd(),
  user: environment['USER'] ?? userName(),
  version,
  program: programName(),
  open: async ({ state, database, log }, flags = {}) => {
    warnOfPassword(database);
    return await (
      await import('./app.ts')
    ).openApp({
      environment,
      version,
      flags: database === undefined ? flags : { ...flags, database: { url: database } },
      attended: redraws,
      notice: (text) => void process.stderr.write(`${text}\n`),
      ...(log === undefined ? {} : { log }),
      ...(state === undefined ? {} : { stateRoot: state }),
    });
  },
  moving: async ({ state, database, local = false }) => {
    warnOfPassword(database);
    return await (
      await import('./app-moving.ts')
    ).wireMoving({
      environment,
      local,
      ...(state === undefined ? {} : { stateRoot: state }),
      ...(database === undefined ? {} : { url: database }),
    });
  },
  maintaining: async ({ state, database, local = false }) => {
    warnOfPassword(database);
    return await (
      await import('./app-maintenance.ts')
    ).wireMaintenance({
      environment,
      version,
      local,
      ...(state === undefined ? {} : { stateRoot: state }),
      ...(database === undefined ? {} : { url: database }),
    });
  },
  forgeFolders: async () =>
    (await import('./app-forge-folder.ts')).wireForgeFolders({ environment, notice: (text) => void process.stderr.write(`${text}\n`) }),
  configuration: async (flags = {}) => await (await import('./app-configuration.ts')).ownConfiguration(environment, flags),
  configurationFile: async () => ({
    path: await (await import('./app-configuration.ts')).ownConfigurationFile(environment),
    files: (await import('./adapters/configuration-files.ts')).diskConfigurationFiles,
  }),
  editors: async () => (await import('./adapters/editors/own-editors.ts')).ownEditors(environment),
  browsers: async () => (await import('./adapters/own-browsers.ts')).ownBrowsers(environment, process.platform),
  serviceManager: async (failed) => (await import('./adapters/systemd-notify.ts')).systemdNotify(environment, process.pid, failed),
  known: {
    runs: async (options) => (await import('./app-quick-status.ts')).newestRuns(environment, options),
    examples: async () =>
      await (await import('./adapters/examples.ts')).packagedExamples(fileURLToPath(new URL('../examples', import.meta.url))).names(),
  },
  environment,
  keys: (press) => (redraws && inForeground() ? readKeys(keyboard, press) : { [Symbol.dispose]: () => undefined }),
  onInterrupt,
  onHangUp,
};

let heardHangUp: (() => void) | undefined;

closeInherited(args);
process.exitCode = await runCommandLine(shell, args);

/** Whoever may list processes reads their arguments, and we cannot take them back. */
function warnOfPassword(database: string | undefined): void {
  if (database === undefined || !holdsPassword(database)) return;
  const better = 'give the address in MIYABI_DATABASE_URL, or the password as PGPASSWORD';
  process.stderr.write(`Every user of this machine can read the password in --database with ps: ${better}.\n`);
}

/** In a container the user may be a bare number that the system has no name for. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.geteuid?.() ?? 'unknown');
  }
}

/** An installed package is on the PATH; a checkout is called by the path of its launcher. */
function programName(): string {
  if (import.meta.url.endsWith('.js')) return 'miyabi';
  return `node ${quoted(relative(process.cwd(), fileURLToPath(new URL('../bin/miyabi.js', import.meta.url))))}`;
}

/** NO_COLOR, --no-color and FORCE_COLOR hold; otherwise colours are for terminals. */
function wantsColours(): boolean {
  if (environment['NO_COLOR']) return false;
  if (environment['FORCE_COLOR'] && environment['FORCE_COLOR'] !== '0') return true;
  return process.stderr.isTTY && process.stdout.isTTY && environment['TERM'] !== 'dumb';
}

/** Whoever reads a terminal from the background is stopped by the system. Where it does not tell (macOS) we are taken to be in front. */
function inForeground(): boolean {
  try {
    const [, , group, , , front] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return group === front;
  } catch {
    return true;
  }
}

function onInterrupt(...listeners: readonly (() => void)[]): Disposable {
  let asked = 0;
  const react = (): void => {
    const listener = listeners[asked];
    if (listener === undefined) process.exit(exitCode.interrupted);
    asked += 1;
    listener();
  };
  // That is said with every write, and once is enough.
  const unread = (): void => {
    if (asked === 0) react();
  };
  const hangUp = (): void => (heardHangUp === undefined ? react() : heardHangUp());
  process.on('SIGHUP', hangUp);
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, react);
  process.on(unreadEvent, unread);
  return {
    [Symbol.dispose]: () => {
      process.off('SIGHUP', hangUp);
      for (const signal of signals) process.off(signal, react);
      process.off(unreadEvent, unread);
    },
  };
}

/** A terminal that is closed ends what runs there; whoever has none is told by this signal to read its configuration again. */
function onHangUp(listener: () => void): Disposable {
  heardHangUp = process.stdin.isTTY || process.stderr.isTTY ? undefined : listener;
  return {
    [Symbol.dispose]: () => {
      heardHangUp = undefined;
    },
  };
}
