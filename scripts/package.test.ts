import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot, runNode, runProgram, type Ended } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

test(
  'the package that npm makes installs into an empty folder and runs there from what was built',
  { timeout: 120_000 },
  async (context) => {
    const { archive, folder } = await pack();
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    const installed = await npm(['install', '--prefer-offline', '--ignore-scripts', '--omit=dev', archive], empty);
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(installed.stderr)) context.skip('the package registry cannot be reached');
    expect(installed).toMatchObject({ code: 0 });

    const miyabi = path.join(empty, 'node_modules/.bin/miyabi');
    const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string };
    expect(await runProgram(miyabi, ['--version'], { cwd: empty })).toEqual({ code: 0, signal: null, stdout: `${version}\n`, stderr: '' });

    const help = await runProgram(miyabi, ['--help'], { cwd: empty });
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('demo');

    const contents = readdirSync(path.join(empty, 'node_modules/miyabi-worlds'), { recursive: true, encoding: 'utf8' });
    expect(contents.filter((name) => /\.test\.|(^|\/)testing\/|^src/.test(name) && !name.startsWith('examples/'))).toEqual([]);
    expect(contents).toContain('LICENSE');
    expect(contents).toContain('examples/parcel-rates/ISSUE.md');
  },
);

/** Builds and packs a copy of the project, so that nothing is written into the project itself. */
async function pack(): Promise<{ readonly archive: string; readonly folder: string }> {
  const folder = temporaryFolder();
  const copy = path.join(folder, 'copy');
  mkdirSync(copy);
  for (const name of readdirSync(projectRoot)) {
    if (['node_modules', '.git', 'dist'].includes(name)) continue;
    cpSync(path.join(projectRoot, name), path.join(copy, name), {
      recursive: true,
      filter: (file) => path.basename(file) !== 'node_modules',
    });
  }
  symlinkSync(path.join(projectRoot, 'node_modules'), path.join(copy, 'node_modules'));
  expect(await runNode(['scripts/build.mjs'], { cwd: copy })).toMatchObject({ code: 0, stdout: '' });
  const packed = await npm(['pack', '--ignore-scripts', '--pack-destination', folder], copy);
  expect(packed).toMatchObject({ code: 0 });
  return { archive: path.join(folder, packed.stdout.trim().split('\n').at(-1) ?? ''), folder };
}

function npm(args: readonly string[], cwd: string): Promise<Ended> {
  // What npm tells the scripts that it runs would reach the npm that is meant to know nothing of it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?!config_cache|config_registry)/.test(name)));
  return runProgram('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'], { cwd, env });
}
