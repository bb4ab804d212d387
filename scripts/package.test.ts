import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { npm, pack } from './testing/pack.ts';
import { projectRoot, runNode, runProgram } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

test(
  'the package that npm makes installs into an empty folder and runs there from what was built',
  { timeout: 300_000 },
  async (context) => {
    const folder = temporaryFolder();
    const archive = await pack(folder);
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    // Without a prefix npm would look for a project in the folders above.
    const installed = await npm(['install', '--prefix', empty, '--prefer-offline', '--ignore-scripts', '--omit=dev', archive], empty);
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
    expect(contents).toContain('dist/dashboard/index.html');
    expect(statSync(archive).size).toBeLessThan(5_000_000);
    expect(contents).toContain('examples/parcel-rates/ISSUE.md');

    writeFileSync(path.join(empty, 'engine.mjs'), "console.log(typeof (await import('miyabi-worlds/weaver')).openEngine);\n");
    expect(await runNode(['engine.mjs'], { cwd: empty })).toMatchObject({ code: 0, stdout: 'function\n', stderr: '' });
  },
);
