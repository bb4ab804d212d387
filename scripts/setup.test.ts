import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { missingPlatformPackages } from './complete-lockfile.mjs';
import { install } from './support/install.mjs';
import { missing } from './support/missing.mjs';
import { projectRoot, runNode } from './testing/run-program.ts';
import { temporaryFolder, writeFiles } from './testing/temporary-folder.ts';

describe('what is missing', () => {
  test('nothing, where every package is installed in its version', () => {
    expect(missing(project({ lock: { 'node_modules/a': '1.0.0' }, installed: { 'node_modules/a': '1.0.0' } }))).toBeUndefined();
  });

  test('the dependencies, where nothing is installed', () => {
    expect(missing(project({ lock: {} }))).toBe('dependencies');
  });

  test('the dependencies, where a newer lock file asks for another version or for less', () => {
    expect(missing(project({ lock: { 'node_modules/a': '2.0.0' }, installed: { 'node_modules/a': '1.0.0' } }))).toBe('dependencies');
    expect(missing(project({ lock: {}, installed: { 'node_modules/a': '1.0.0' } }))).toBe('dependencies');
  });

  test('nothing, where only packages for other platforms are not installed', () => {
    const folder = project({
      lock: { 'node_modules/a': '1.0.0', 'node_modules/a-darwin': 'optional' },
      installed: { 'node_modules/a': '1.0.0' },
    });
    expect(missing(folder)).toBeUndefined();
  });

  test('nothing here, told in less than 100 ms of CPU time and without a word', async () => {
    const script =
      'const before = process.cpuUsage(); await import("./scripts/setup.mjs"); console.log(process.cpuUsage(before).user / 1000);';
    const { code, stdout, stderr } = await runNode(['--input-type=module', '-e', script]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Number(stdout)).toBeLessThan(100);
  });
});

describe('installation', () => {
  test('a registry that cannot be reached is said in a sentence', async () => {
    const folder = project({ lock: { 'node_modules/left': '1.0.0' } });
    writeFiles(folder, { '.npmrc': `registry=http://127.0.0.1:9/\nfetch-retries=0\ncache=${folder}/cache\n` });
    expect(await install(folder, () => missing(folder))).toBe(
      "npm ci could not reach the package registry: check the network (or npm's proxy and registry settings), then run the same command again.",
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('.setup-lock'))).toEqual([]);
  });

  test('a machine without npm is told to install it', async () => {
    const script = `import { install } from ${JSON.stringify(moduleUrl('install.mjs'))};
      console.log(await install(process.cwd(), () => 'dependencies'));`;
    const { stdout } = await runNode(['--input-type=module', '-e', script], { cwd: project({ lock: {} }), env: { PATH: '/nowhere' } });
    expect(stdout).toMatch(/^Could not start npm \(.*ENOENT.*\): install npm, which comes with Node/);
  });
});

describe('two shells at once', () => {
  const holder = `import { withLock } from ${JSON.stringify(moduleUrl('lock.mjs'))};
    import { appendFileSync } from 'node:fs';
    await withLock('held', async () => {
      appendFileSync('log', 'in ');
      await new Promise((resolve) => setTimeout(resolve, 50));
      appendFileSync('log', 'out ');
    });`;

  test('work one after the other', async () => {
    const folder = temporaryFolder();
    await Promise.all([1, 2, 3, 4].map(() => runNode(['--input-type=module', '-e', holder], { cwd: folder })));
    expect(readFileSync(path.join(folder, 'log'), 'utf8')).toBe('in out '.repeat(4));
    expect(readdirSync(folder)).toEqual(['log']);
  });

  test('do not wait for one that was killed in the middle', async () => {
    const folder = temporaryFolder();
    const forever = holder.replace(
      "appendFileSync('log', 'in ');",
      "console.log('held'); await new Promise(() => setInterval(() => {}, 1000));",
    );
    const child = spawn(process.execPath, ['--input-type=module', '-e', forever], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(path.join(folder, 'held'))).toBe(true);
    await Promise.all([1, 2, 3].map(() => runNode(['--input-type=module', '-e', holder], { cwd: folder })));
    expect(readFileSync(path.join(folder, 'log'), 'utf8')).toBe('in out '.repeat(3));
  });
});

describe('the lock file', () => {
  test.each(['.', 'examples/booking'])('%s names every platform package, so that npm ci takes it everywhere', (folder) => {
    const lock = JSON.parse(readFileSync(path.join(projectRoot, folder, 'package-lock.json'), 'utf8')) as { packages: object };
    expect(Object.keys(missingPlatformPackages(lock.packages))).toEqual([]);
  });

  test('a platform package that was left out is described by its name', () => {
    const packages = {
      'node_modules/tool': {
        version: '3.1.0',
        dev: true,
        license: 'MIT',
        optionalDependencies: { '@tool/linux-x64-musl': '3.1.0', here: '1.0.0' },
      },
      'node_modules/tool/node_modules/here': { version: '1.0.0' },
    };
    expect(missingPlatformPackages(packages)).toEqual({
      'node_modules/@tool/linux-x64-musl': {
        version: '3.1.0',
        cpu: ['x64'],
        dev: true,
        libc: ['musl'],
        license: 'MIT',
        optional: true,
        os: ['linux'],
      },
    });
  });
});

function moduleUrl(name: string): string {
  return pathToFileURL(path.join(projectRoot, 'scripts/support', name)).href;
}

/** A project with these packages in its lock file, and these installed a minute before the lock file was written. */
function project(packages: { readonly lock: Record<string, string>; readonly installed?: Record<string, string> }): string {
  const dependencies = Object.fromEntries(Object.entries(packages.lock).map(([name, version]) => [path.basename(name), version]));
  const root = { name: 'some', version: '1.0.0', dependencies };
  const lock = { name: 'some', version: '1.0.0', lockfileVersion: 3, packages: { '': root, ...entries(packages.lock) } };
  const folder = temporaryFolder({ 'package.json': JSON.stringify(root), 'package-lock.json': JSON.stringify(lock) });
  if (packages.installed !== undefined) {
    writeFiles(folder, { 'node_modules/.package-lock.json': JSON.stringify({ packages: entries(packages.installed) }) });
    const earlier = new Date(Date.now() - 60_000);
    utimesSync(path.join(folder, 'node_modules/.package-lock.json'), earlier, earlier);
  }
  return folder;
}

function entries(versions: Record<string, string>): object {
  return Object.fromEntries(
    Object.entries(versions).map(([name, version]) => [name, version === 'optional' ? { version: '1.0.0', optional: true } : { version }]),
  );
}
