import { mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import semver from 'semver';
import { Failure } from '../../domain/failure.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import type { FoundProgram, ProgramName, Programs } from '../../ports/programs.ts';
import { findProgram } from '../process/find-program.ts';
import { commandOf } from './command-of.ts';
import { knownPrograms } from './known-programs.ts';
import { readableFor } from './readable-for.ts';

export interface ProgramsOptions {
  readonly process: ProcessRunner;
  /** The user's PATH. Folders of npm in it belong to a project, which is not asked to bring the user's agents, and do not count. */
  readonly path: string;
  /** The user's home; never readable as a whole. */
  readonly home: string;
  /** Our own Node, which runs programs that are scripts for Node: the one of a world's project may be too old for them. */
  readonly nodePath: string;
  /** Where programs lie, as configured; full paths, `~/` stands for the home. */
  readonly configured: Readonly<Partial<Record<ProgramName, string>>>;
}

const versionTimeoutMs = 20_000;

/** Looks for programs of other makers on this machine. */
export function createPrograms(options: ProgramsOptions): Programs {
  const folders = options.path.split(':').filter((folder) => !/\/node_modules\/\.bin\/?$/.test(folder));
  const versions = new Map<string, Promise<string>>();

  function lookFor(name: ProgramName): string | undefined {
    const configured = options.configured[name]?.replace(/^~(?=\/)/, options.home);
    if (configured === undefined) return findProgram(knownPrograms[name].command, '/', folders.join(':'));
    const found = isAbsolute(configured) ? findProgram(configured, '/', '') : undefined;
    if (found === undefined) throw notThere(name, configured);
    return found;
  }

  async function versionOf(command: FoundProgram['command'], path: string): Promise<string> {
    const { mtimeMs, size } = await stat(path);
    const key = [path, mtimeMs, size].join('\0');
    const asked = versions.get(key) ?? askVersion(options, command);
    versions.set(key, asked);
    // What it did not tell now, it may tell another time.
    asked.catch(() => versions.delete(key));
    return await asked;
  }

  return {
    async find(name) {
      const file = lookFor(name);
      if (file === undefined) return undefined;
      const path = await realpath(file);
      const command = await commandOf(path, options.nodePath);
      const version = await versionOf(command, path).catch((error: unknown) => {
        throw error instanceof SilentProgram ? noAnswer(name, file, error) : error;
      });
      if (semver.lt(version, knownPrograms[name].least)) throw tooOld(name, file, version);
      return { path, command, version, readable: readableFor(path, options.home, command.length > 1) };
    },
    howToGet: (name) => `Install it with \`npm install -g ${knownPrograms[name].npm}\`.`,
  };
}

class SilentProgram extends Error {}

/** Asked with a home of its own: a program finds nothing of the user's there, as it will not in a world, and leaves nothing behind. */
async function askVersion({ process, path, nodePath }: ProgramsOptions, command: readonly [string, ...string[]]): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'miyabi-version-'));
  try {
    const { end, stdout, stderr } = await process.run({
      command: [...command, '--version'],
      cwd: home,
      env: { PATH: `${dirname(nodePath)}:${path}`, HOME: home, TMPDIR: home, NO_COLOR: '1', CI: '1', DISABLE_AUTOUPDATER: '1' },
      timeoutMs: versionTimeoutMs,
      keepBytes: 64 * 1024,
    });
    const version = /(?<![\d.])\d+\.\d+\.\d+(?:-[\w.-]+)?/.exec(stdout)?.[0];
    if (version !== undefined && semver.valid(version) !== null) return version;
    const said = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
    throw new SilentProgram(
      end.kind === 'timeout' ? `It did not answer within ${versionTimeoutMs / 1_000} s.` : `It said: ${said.slice(0, 300)}`,
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function notThere(name: ProgramName, path: string): Failure {
  return new Failure(
    'configuration',
    {
      what: `The program ${name} is not where your configuration says.`,
      why: isAbsolute(path) ? `There is no program at ${path}.` : `${path} is not a full path.`,
      fix: `Change agent.programs.${name}, or leave it out to have it looked for on your PATH.`,
    },
    { facts: { fault: 'not-installed' } },
  );
}

function noAnswer(name: ProgramName, path: string, { message }: SilentProgram): Failure {
  const { npm } = knownPrograms[name];
  return new Failure(
    'configuration',
    {
      what: `The program ${name} at ${path} does not tell its version.`,
      why: message,
      fix: `Install it anew with \`npm install -g ${npm}\`, or name another one with agent.programs.${name}; worlds do not see the settings of version managers in your home.`,
    },
    { facts: { fault: 'not-installed' } },
  );
}

function tooOld(name: ProgramName, path: string, version: string): Failure {
  const { npm, least } = knownPrograms[name];
  return new Failure(
    'configuration',
    {
      what: `The program ${name} is too old.`,
      why: `${path} is version ${version}, and ${least} or newer is needed.`,
      fix: `Install a newer one with \`npm install -g ${npm}\`.`,
    },
    { facts: { fault: 'too-old', version, least } },
  );
}
