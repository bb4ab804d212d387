import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createWorker } from './worker-process.ts';

/** A worker on a folder with one source and one test file of node:test, asked with another source. */
function stand(source: string) {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'miyabi-worker-')));
  const directory = join(top, 'project');
  const writable = join(top, 'scratch');
  for (const folder of [directory, writable]) mkdirSync(folder);
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  writeFileSync(join(directory, 'it.js'), source);
  writeFileSync(
    join(directory, 'it.test.js'),
    "import test from 'node:test';\nimport { run } from './it.js';\ntest('runs', () => run());\n",
  );
  const worker = createWorker({ nodeBinary: process.execPath, cwd: directory, environment: {}, writable, memoryMb: 64 });
  onTestFinished(async () => {
    await worker[Symbol.asyncDispose]();
    rmSync(top, { recursive: true, force: true });
  });
  // Long enough for a start on a busy machine; shorter where the end of the time is what is looked at.
  const ask = (text: string, limitMs = 20_000) =>
    worker.ask(
      {
        type: 'tests',
        directory,
        framework: 'node:test',
        overrides: [[join(directory, 'it.js'), text]],
        files: [join(directory, 'it.test.js')],
        fuel: 1_000_000,
        testTimeoutMs: 300,
      },
      limitMs,
    );
  return { ask, directory, writable };
}

const good = 'export function run() {}';

test('code is served from memory: the file keeps its text and the next request sees the next text', async () => {
  const { ask } = stand("export function run() { throw new Error('from the file'); }");

  expect(await ask(good)).toMatchObject({ kind: 'replied', reply: { runs: [{ cases: [{ name: 'runs', status: 'passed' }] }] } });
  expect(await ask("export function run() { throw new Error('again'); }")).toMatchObject({
    reply: { runs: [{ cases: [{ status: 'failed', message: 'again' }] }] },
  });
  expect(await ask(good)).toMatchObject({ reply: { runs: [{ cases: [{ status: 'passed' }] }] } });
});

test.each([
  ['loops for ever', 'export function run() { for (;;); }'],
  ['kills its process', "export function run() { process.kill(process.pid, 'SIGKILL'); }"],
  ['allocates without end', 'export function run() { const all = []; for (;;) all.push(new Array(10000).fill(1)); }'],
])('code that %s ends one request and not the next', async (_what, text) => {
  const { ask } = stand(good);

  expect((await ask(text, 2500)).kind).toBe('died');
  expect(await ask(good)).toMatchObject({ kind: 'replied', reply: { runs: [{ cases: [{ status: 'passed' }] }] } });
});

test.each([
  ['leaves', 'export function run() { process.exit(0); }'],
  ['never settles', 'export function run() { return new Promise(() => {}); }'],
  ['does not parse', 'export function run( {'],
  ['forges an answer', "export function run() { process.send({ id: 1 }); throw new Error('still failed'); }"],
  [
    'fails behind its own back',
    "export function run() { setImmediate(() => { throw new Error('late'); }); return new Promise((resolve) => setTimeout(resolve, 20)); }",
  ],
])('code that %s fails its test', async (_what, text) => {
  const { ask } = stand(good);

  expect(await ask(text)).toMatchObject({ kind: 'replied', reply: { runs: [{ cases: [{ status: 'failed' }] }] } });
});

test('code that replaces what the language brings spoils no other request', async () => {
  const { ask } = stand(good);
  const mapping = 'export function run() { if ([1].map((one) => one)[0] !== 1) throw new Error("another map"); }';

  const replacing = 'export function run() { Array.prototype.map = () => []; throw new Error("replaced"); }';
  expect(await ask(replacing)).toMatchObject({ reply: { runs: [{ cases: [{ message: 'replaced' }] }], spoiled: true } });
  expect(await ask(mapping)).toMatchObject({ reply: { runs: [{ cases: [{ status: 'passed' }] }], spoiled: false } });
});

test('code can write to the folder it was given and nowhere else', async () => {
  const { ask, directory, writable } = stand(good);
  const writing = (path: string) =>
    `import { writeFileSync } from 'node:fs';\nexport function run() { writeFileSync(${JSON.stringify(path)}, ''); }`;

  expect(await ask(writing(join(directory, 'left')))).toMatchObject({ reply: { runs: [{ cases: [{ status: 'failed' }] }] } });
  expect(existsSync(join(directory, 'left'))).toBe(false);
  expect(await ask(writing(join(writable, 'left')))).toMatchObject({ reply: { runs: [{ cases: [{ status: 'passed' }] }] } });
});
