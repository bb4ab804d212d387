import { spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FrameworkName, WorkerCase } from '../warm/messages.ts';
import { type ColdFramework, speaksTap, type TapFramework } from './frameworks.ts';
import { ownOptions } from './own-options.ts';
import { nodeTestReporter, readReport } from './read-report.ts';
import { readTap } from './read-tap.ts';

export interface ColdOptions {
  readonly nodeBinary: string;
  /** Real path of the project's folder. */
  readonly directory: string;
  readonly framework: ColdFramework;
  /** What the project's own test command amounts to; empty where it is not known. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Real path of the folder for the copy and for reports. */
  readonly scratch: string;
}

export type ColdRun = { readonly kind: 'ran'; readonly cases: readonly WorkerCase[] } | { readonly kind: 'died'; readonly reason: string };

/** A copy of the project in which its own runner runs candidates, one fresh process after the other: the checkout itself is never touched. */
export interface ColdProject {
  readonly directory: string;
  /** The path of a file of the copy, relative to it. */
  relative(file: string): string;
  /** @param how `together`: all files in one process, one after the other, each with globals and modules of its own; only where `runsTogether`. */
  run(files: readonly string[], limitMs: number, how?: 'together'): Promise<ColdRun>;
}

export function copyProject(options: ColdOptions): ColdProject {
  const directory = join(options.scratch, 'copy');
  cpSync(options.directory, directory, {
    recursive: true,
    filter: (path) => path === options.directory || !['node_modules', '.git'].includes(basename(path)),
  });
  const modules = join(options.directory, 'node_modules');
  if (existsSync(modules)) symlinkSync(realpathSync(modules), join(directory, 'node_modules'));
  const reports = join(options.scratch, 'reports');
  mkdirSync(reports, { recursive: true });
  const reporter = join(reports, 'reporter.mjs');
  writeFileSync(reporter, nodeTestReporter);
  const own = ownOptions(options.framework, options.script);
  return {
    directory,
    relative: (file) => relative(directory, file),
    async run(files, limitMs, how) {
      const { framework } = options;
      const report = join(reports, 'report');
      rmSync(report, { force: true });
      if (speaksTap(framework)) return runEachFile({ options, framework, directory, report, own }, files, limitMs);
      const command = [
        ...commandFor(options, framework, report, reporter),
        ...own,
        ...(how === 'together' ? together(framework) : []),
        ...files,
      ];
      const reason = await runToEnd(options, { cwd: directory, args: command, limitMs });
      const cases = existsSync(report) ? readReport(framework, readFileSync(report, 'utf8')) : undefined;
      return cases === undefined || reason !== undefined
        ? { kind: 'died', reason: reason ?? 'the runner left no report' }
        : { kind: 'ran', cases };
    },
  };
}

interface TapRun {
  readonly options: ColdOptions;
  readonly framework: TapFramework;
  /** The copy. */
  readonly directory: string;
  readonly report: string;
  /** Options of the project's own test command. */
  readonly own: readonly string[];
}

async function runEachFile(
  { options, framework, directory, report, own }: TapRun,
  files: readonly string[],
  limitMs: number,
): Promise<ColdRun> {
  const cases: WorkerCase[] = [];
  for (const file of files) {
    const path = join(directory, file);
    const args = framework === 'ava' ? [programOf(options, 'ava'), '--tap', ...own, file] : [...own, file];
    const output = openSync(report, 'w');
    // All that runs in it, in whatever process, runs for this file.
    const reason = await runToEnd(options, { cwd: directory, args, limitMs, output, test: { file: path, name: '' } }).finally(() =>
      closeSync(output),
    );
    if (reason !== undefined) return { kind: 'died', reason };
    cases.push(...readTap(readFileSync(report, 'utf8'), path));
  }
  return { kind: 'ran', cases };
}

/** The runner with what makes it report; files of tests come last. */
function commandFor(options: ColdOptions, framework: FrameworkName, report: string, reporter: string): string[] {
  switch (framework) {
    case 'node:test':
      return [
        '--test',
        `--import=${pathToFileURL(hook('node-test.mjs')).href}`,
        `--test-reporter=${reporter}`,
        `--test-reporter-destination=${report}`,
      ];
    case 'vitest':
      return [programOf(options, 'vitest'), 'run', '--reporter=json', `--outputFile=${report}`, '--coverage.enabled=false'];
    case 'jest':
      return [programOf(options, 'jest'), '--json', `--outputFile=${report}`, '--coverage=false', '--runTestsByPath'];
    case 'mocha':
      return [programOf(options, 'mocha'), '--reporter', 'json', '--reporter-option', `output=${report}`, '--require', hook('mocha.cjs')];
  }
}

/** A candidate that fails is no reason to pass over those behind it. */
function together(framework: FrameworkName): string[] {
  return framework === 'vitest' ? ['--pool=vmThreads', '--no-file-parallelism', '--bail=0'] : ['--runInBand', '--bail=0'];
}

/** Programs that runners load besides: they tell which test runs. */
function hook(name: string): string {
  return fileURLToPath(new URL(`./hooks/${name}`, import.meta.url));
}

/** The program of a package, from the package's own manifest, which not every package lets others ask for by its name. */
function programOf(options: ColdOptions, name: string): string {
  const folders = createRequire(join(options.directory, 'package.json')).resolve.paths(name) ?? [];
  const manifest = folders.map((folder) => join(folder, name, 'package.json')).find((path) => existsSync(path));
  if (manifest === undefined) return name;
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly bin: string | Readonly<Record<string, string>> };
  return join(dirname(manifest), typeof bin === 'string' ? bin : (bin[name] ?? ''));
}

/** Node programs of the runner may write to the scratch folder only, the copy and their temporary files included. */
function confinement({ environment, scratch }: ColdOptions): string {
  const may = [
    '--allow-fs-read=*',
    `--allow-fs-write=${scratch}`,
    '--allow-child-process',
    '--allow-worker',
    '--allow-addons',
    '--allow-wasi',
  ];
  return [environment['NODE_OPTIONS'], '--permission', ...may, '--allow-inspector'].filter((option) => option !== undefined).join(' ');
}

interface ColdProcess {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly limitMs: number;
  /** Where what it prints goes; nowhere otherwise. */
  readonly output?: number;
  /** What `probe.cjs` is told to run where nothing else tells. */
  readonly test?: { readonly file: string; readonly name: string };
}

/** @returns why it was ended, or undefined when it ended by itself. */
function runToEnd(options: ColdOptions, { cwd, args, limitMs, output, test }: ColdProcess): Promise<string | undefined> {
  const told = test === undefined ? {} : { MIYABI_TEST: JSON.stringify(test) };
  const env = { ...options.environment, ...told, NODE_OPTIONS: confinement(options) };
  const child = spawn(options.nodeBinary, args, { cwd, env, stdio: ['ignore', output ?? 'ignore', 'ignore'] });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    resolve(`did not end within ${limitMs} ms`);
  }, limitMs);
  child.on('error', (error) => resolve(error.message));
  child.on('exit', () => resolve(undefined));
  return promise.finally(() => clearTimeout(timer));
}
