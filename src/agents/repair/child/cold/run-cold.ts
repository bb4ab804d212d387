import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FrameworkName, WorkerCase } from '../warm/messages.ts';
import { ownOptions } from './own-options.ts';
import { nodeTestReporter, readReport } from './read-report.ts';

export interface ColdOptions {
  readonly nodeBinary: string;
  /** Real path of the project's folder. */
  readonly directory: string;
  readonly framework: FrameworkName;
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
  /** @param how `together`: all files in one process, one after the other, each with globals and modules of its own; only where {@link runsTogether}. */
  run(files: readonly string[], limitMs: number, how?: 'together'): Promise<ColdRun>;
}

/** Whether one process of a runner can give each test file its own globals and modules without beginning anew. */
export function runsTogether(framework: FrameworkName): boolean {
  return framework === 'vitest' || framework === 'jest';
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
      const report = join(reports, 'report');
      rmSync(report, { force: true });
      const command = [
        ...commandFor(options, report, reporter),
        ...own,
        ...(how === 'together' ? together(options.framework) : []),
        ...files,
      ];
      const reason = await runToEnd(options, directory, command, limitMs);
      const cases = existsSync(report) ? readReport(options.framework, readFileSync(report, 'utf8')) : undefined;
      return cases === undefined || reason !== undefined
        ? { kind: 'died', reason: reason ?? 'the runner left no report' }
        : { kind: 'ran', cases };
    },
  };
}

/** The runner with what makes it report; files of tests come last. */
function commandFor(options: ColdOptions, report: string, reporter: string): string[] {
  switch (options.framework) {
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

/** The program of a package, from the package's own manifest. */
function programOf(options: ColdOptions, name: string): string {
  const manifest = createRequire(join(options.directory, 'package.json')).resolve(`${name}/package.json`);
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

/** @returns why it was ended, or undefined when it ended by itself. */
function runToEnd(options: ColdOptions, cwd: string, args: readonly string[], limitMs: number): Promise<string | undefined> {
  const env = { ...options.environment, NODE_OPTIONS: confinement(options) };
  const child = spawn(options.nodeBinary, args, { cwd, env, stdio: 'ignore' });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    resolve(`did not end within ${limitMs} ms`);
  }, limitMs);
  child.on('error', (error) => resolve(error.message));
  child.on('exit', () => resolve(undefined));
  return promise.finally(() => clearTimeout(timer));
}
