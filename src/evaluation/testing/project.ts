import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckSetting } from '../checks/setting.ts';
import type { ProjectReader } from '../checks/project-reader.ts';
import { detectChecks, type CheckOverrides } from '../checks/detect.ts';
import { createProcessRunner } from '../../adapters/process/process-runner.ts';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** A real project in a temporary folder, with real runners at hand; gone when disposed. */
export interface TestProject extends AsyncDisposable {
  readonly directory: string;
  readonly reader: ProjectReader;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** What is needed to run its checks, as detected now. */
  setting(options?: { readonly overrides?: CheckOverrides; readonly node?: string }): Promise<CheckSetting>;
  /** An existing folder outside the project, for reports. */
  readonly outside: string;
}

/** @param files by path; a value that is not a string is written as JSON. `node_modules` is ours, so vitest, jest and mocha are there. */
export async function testProject(files: Readonly<Record<string, unknown>>): Promise<TestProject> {
  const top = await mkdtemp(join(tmpdir(), 'judge test '));
  const directory = join(top, 'project');
  const outside = join(top, 'reports');
  await mkdir(directory);
  await mkdir(outside);
  const write = async (content: Readonly<Record<string, unknown>>): Promise<void> => {
    for (const [path, value] of Object.entries(content)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), typeof value === 'string' ? value : JSON.stringify(value));
    }
  };
  await write(files);
  await symlink(modules, join(directory, 'node_modules'));
  const reader: ProjectReader = {
    readFile: (path) => readFile(join(directory, path), 'utf8').catch(() => undefined),
    exists: (path) =>
      readFile(join(directory, path)).then(
        () => true,
        () => false,
      ),
    list: () => Promise.resolve(Object.keys(files)),
  };
  const processes = createProcessRunner();
  return {
    directory,
    outside,
    reader,
    write,
    setting: async (options = {}) => ({
      plan: await detectChecks(reader, { timeoutMs: 20_000, ...options.overrides }),
      directory,
      reportDirectory: outside,
      environment: environment(top, options.node ?? process.execPath),
      process: processes,
    }),
    [Symbol.asyncDispose]: async () => {
      await processes[Symbol.asyncDispose]();
      await rm(top, { recursive: true, force: true });
    },
  };
}

function environment(home: string, node: string): Record<string, string> {
  return { PATH: [dirname(node), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter), HOME: home, TMPDIR: home };
}
