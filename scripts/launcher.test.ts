import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot, runNode, runProgram } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const said = 'console.log(JSON.stringify({ node: process.execPath, args: process.argv.slice(2) }));\n';
/** Preloaded into the first process only: makes it believe that it is another Node, or on another system. */
const pretend = (what: string, value: string): string => `Object.defineProperty(${what}, ${value});\n`;
const node20 = pretend('process.versions', "'node', { value: '20.11.0' }");

test('the version is told without starting anything', async () => {
  const folder = installation({ 'src/main.ts': "throw new Error('started');\n" });
  const { code, stdout, stderr } = await runNode(['bin/miyabi.js', '--version'], { cwd: folder });
  const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('a checkout runs its sources without a warning, even beside an old build', async () => {
  const folder = installation({
    'src/main.ts': `import 'node:sqlite';\nconst kind: string = 'source';\nconsole.log(kind);\n`,
    'dist/main.js': "console.log('build');\n",
  });
  expect(await runNode(['bin/miyabi.js'], { cwd: folder })).toMatchObject({ code: 0, stdout: 'source\n', stderr: '' });
});

test('a package runs what was built, with its arguments', async () => {
  const folder = installation({ 'dist/main.js': said });
  const { code, stdout } = await runNode(['bin/miyabi.js', 'run', 'a b', '$(c)'], { cwd: folder });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ args: ['run', 'a b', '$(c)'] });
});

test('an old Node hands over to the Node that the project brought, with arguments and exit code', async () => {
  const folder = installation({ 'src/main.ts': `${said}process.exitCode = 6;\n`, 'old.cjs': node20 });
  const own = bringNode(folder);
  const { code, stdout, stderr } = await runNode(['-r', './old.cjs', 'bin/miyabi.js', 'demo', '--json'], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 6, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ node: own, args: ['demo', '--json'] });
});

test('an old Node with no other at hand says one sentence', async () => {
  const folder = installation({ 'dist/main.js': said, 'old.cjs': node20 });
  expect(await runNode(['-r', './old.cjs', 'bin/miyabi.js', 'demo'], { cwd: folder })).toMatchObject({
    code: 3,
    stdout: '',
    stderr: 'Miyabi needs Node 24 or newer, and this is Node 20.11.0: install it from https://nodejs.org.\n',
  });
});

test('Windows is sent to WSL2 in one sentence', async () => {
  const folder = installation({ 'dist/main.js': said, 'windows.cjs': pretend('process', "'platform', { value: 'win32' }") });
  expect(await runNode(['-r', './windows.cjs', 'bin/miyabi.js', 'demo'], { cwd: folder })).toMatchObject({
    code: 3,
    stderr: 'Miyabi runs on Linux, macOS, or Windows through WSL2.\n',
  });
});

test('a checkout that was never set up says what to run, on any Node', async () => {
  const folder = installation({ 'src/main.ts': said, 'package-lock.json': '{}', 'old.cjs': node20 });
  const sentence = `This checkout of Miyabi is not set up yet: run \`npm start\` in ${folder} once.\n`;
  expect(await runNode(['bin/miyabi.js', 'demo'], { cwd: folder })).toMatchObject({ code: 3, stdout: '', stderr: sentence });
  expect(await runNode(['-r', './old.cjs', 'bin/miyabi.js', 'demo'], { cwd: folder })).toMatchObject({
    code: 3,
    stdout: '',
    stderr: sentence,
  });
});

test('an incomplete copy says so', async () => {
  const { code, stderr } = await runNode(['bin/miyabi.js'], { cwd: installation({}) });
  expect(code).toBe(3);
  expect(stderr).toMatch(/^This copy of Miyabi is incomplete \(no .*dist\/main\.js\): install it again\.\n$/);
});

test('a signal reaches the program in the other Node, and its answer comes back', async () => {
  const folder = installation({
    'src/main.ts': "process.on('SIGTERM', () => process.exit(130));\nsetInterval(() => undefined, 1000);\nconsole.log('ready');\n",
    'old.cjs': node20,
  });
  bringNode(folder);
  const child = spawn(process.execPath, ['-r', './old.cjs', 'bin/miyabi.js'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([130, null]);
});

test('a program that a signal ended makes the launcher end the same way', async () => {
  const folder = installation({ 'src/main.ts': "process.kill(process.pid, 'SIGKILL');\n", 'old.cjs': node20 });
  bringNode(folder);
  expect(await runNode(['-r', './old.cjs', 'bin/miyabi.js'], { cwd: folder })).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test('a reader that has seen enough ends the program quietly', async () => {
  const folder = installation({
    'dist/main.js': "const line = () => process.stdout.write('line\\n', (error) => error ?? setImmediate(line));\nline();\n",
  });
  const script = 'set -o pipefail; "$0" bin/miyabi.js | head -1';
  expect(await runProgram('bash', ['-c', script, process.execPath], { cwd: folder })).toMatchObject({
    code: 0,
    stdout: 'line\n',
    stderr: '',
  });
});

/** The launcher in a folder of its own, with these files beside it. */
function installation(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(files);
  cpSync(path.join(projectRoot, 'bin'), path.join(folder, 'bin'), { recursive: true });
  cpSync(path.join(projectRoot, 'package.json'), path.join(folder, 'package.json'));
  return folder;
}

function bringNode(folder: string): string {
  const bin = path.join(folder, 'node_modules/node/bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, path.join(bin, 'node'));
  return process.execPath;
}
