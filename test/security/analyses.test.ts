import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noAdvisories } from '../../src/adapters/advisories/no-advisories.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { secretMatcher } from '../../src/domain/secret-matcher.ts';
import type { SecurityAnalysis, SecurityEvidence } from '../../src/domain/security.ts';
import { analyseSecurity } from '../../src/evaluation/security/analyse.ts';
import type { RuleName } from '../../src/evaluation/security/rules.ts';
import { securityRules } from '../../src/evaluation/security/rules.ts';
import { findingsOf, isStopped, securityReasons, securityShare } from '../../src/evaluation/security/share.ts';
import type { ProcessRunner } from '../../src/ports/process.ts';
import { temporaryFolder } from '../support/temporary.ts';
import type { Contents, Extras } from './analyses-stand.ts';
import { changeOf, readerOf } from './analyses-stand.ts';

let runner: ProcessRunner;
beforeAll(() => {
  runner = createProcessRunner();
});
afterAll(async () => await runner[Symbol.asyncDispose]());

const held = 'correct-horse/battery+staple-42';

interface Options extends Extras {
  readonly nodePath?: string;
  readonly directory?: string;
  readonly timeoutSeconds?: number;
}

async function analyse(
  contents: Contents,
  { nodePath = process.execPath, directory = '/', timeoutSeconds = 30, ...extras }: Options = {},
): Promise<SecurityEvidence> {
  return await analyseSecurity({
    ...changeOf(contents, extras),
    before: readerOf(contents, 0),
    after: readerOf(contents, 1),
    links: readerOf(contents, 1),
    texts: extras.texts ?? [],
    settings: { licences: ['MIT'], timeoutSeconds },
    secrets: secretMatcher([held]),
    advisories: noAdvisories(),
    registries: [],
    process: runner,
    directory,
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    nodePath,
    signal: new AbortController().signal,
  });
}

const kinds = (evidence: SecurityEvidence): Record<SecurityAnalysis, string> =>
  Object.fromEntries(evidence.analyses.map(({ analysis, kind }) => [analysis, kind])) as Record<SecurityAnalysis, string>;
const rules = (evidence: SecurityEvidence): readonly string[] => findingsOf(evidence).map(({ rule }) => rule);

const bad = { 'src/a.js': 'export const run = (text) => eval(text);\n' };
const clean = {
  secrets: 'analysed',
  'dangerous-code': 'analysed',
  vulnerabilities: 'analysed',
  'supply-chain': 'analysed',
  capabilities: 'analysed',
};

describe('a change', () => {
  test('is looked at in five ways, and what it brings is told with its place', async () => {
    const evidence = await analyse(bad);
    expect(kinds(evidence)).toEqual(clean);
    expect(findingsOf(evidence)).toEqual([
      expect.objectContaining({ analysis: 'dangerous-code', rule: 'eval', level: 'high', path: 'src/a.js', line: 1 }),
      expect.objectContaining({ analysis: 'capabilities', rule: 'gains-eval', level: 'medium', path: 'src/a.js', line: 1 }),
    ]);
    expect(securityShare(evidence)).toEqual({ share: expect.closeTo(0.2) as number, known: 1 });
    expect(securityReasons(evidence)).toEqual([expect.stringContaining('(dangerous-code, eval), src/a.js:1')]);
    expect(isStopped(evidence)).toBe(false);
  });

  test('that holds nothing to look at starts no program', async () => {
    const evidence = await analyse({ 'src/a.js': ['eval(1)', undefined] }, { nodePath: '/nowhere/node' });
    expect(kinds(evidence)).toEqual(clean);
    expect(findingsOf(evidence)).toEqual([]);
  });

  test('in a language that nobody knows is unknown, not clean', async () => {
    const evidence = await analyse({ 'src/a.zig': 'pub fn main() void {}\n' });
    expect(evidence.analyses.find(({ analysis }) => analysis === 'dangerous-code')).toEqual({
      analysis: 'dangerous-code',
      kind: 'unavailable',
      reason: 'nothing here knows the language of .zig',
    });
    expect(securityShare(evidence)).toEqual({ share: 1, known: 0.8 });
  });

  test('whose packages nobody can be asked about is unknown there, not clean', async () => {
    const lock = (version: string): string =>
      JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/a': { version, license: 'MIT', integrity: 'sha512-a' } } });
    const evidence = await analyse({ 'package-lock.json': [lock('1.0.0'), lock('1.0.1')] });
    expect(kinds(evidence)).toEqual({ ...clean, vulnerabilities: 'unavailable' });
  });
});

describe('a secret that Miyabi holds', () => {
  test.each([0, 1, 2])('is found in base64 at offset %i within a binary file, and stops the change', async (offset) => {
    const encoded = Buffer.from(`${'x'.repeat(offset)}${held} and more`).toString('base64');
    const bytes = Buffer.concat([Buffer.from([0, 0xff, 0xfe, 0x80]), Buffer.from(encoded), Buffer.from([0x80, 0])]);
    const evidence = await analyse({ 'data.bin': bytes.toString('utf8') }, { binary: ['data.bin'] });
    const own = findingsOf(evidence).filter(({ rule }) => rule === 'own-secret');
    expect(own).toMatchObject([{ analysis: 'secrets', level: 'critical', path: 'data.bin' }]);
    expect(isStopped(evidence)).toBe(true);
  });

  test('is found in texts, names and messages, and is itself in none of the findings', async () => {
    const halves = `const key = '${held.slice(0, 12)}' + '${held.slice(12)}';\n`;
    const evidence = await analyse(
      { 'a.js': halves, [`${held.replace('/', '%2F')}.md`]: 'x' },
      { texts: [{ name: 'commit message', text: `Uses ${held}.` }] },
    );
    expect(findingsOf(evidence).filter(({ rule }) => rule === 'own-secret')).toMatchObject([
      { path: 'a.js', line: 1 },
      { path: 'commit message' },
      { path: expect.stringContaining('[secret removed]') as string },
    ]);
    expect(JSON.stringify(evidence)).not.toContain(held.slice(14));
  });

  test('is never told to the program that parses foreign text', async () => {
    await using folder = await temporaryFolder();
    const heard = join(folder.path, 'heard');
    const spy = script(
      folder.path,
      `const chunks = []; process.stdin.on('data', (chunk) => chunks.push(chunk)).on('end', () => require('node:fs').writeFileSync(${JSON.stringify(heard)}, JSON.stringify([process.argv, process.env]) + Buffer.concat(chunks)));`,
    );
    await analyse({ 'a.js': 'const a = 1;\n' }, { nodePath: spy });
    const told = await readFile(heard, 'utf8');
    expect(told).toContain('const a = 1;');
    expect(told).not.toContain(held.slice(0, 12));
  });
});

/** A program in the place of Node. */
function script(folder: string, code: string): string {
  const path = join(folder, 'node');
  writeFileSync(path, `#!${process.execPath}\n${code}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Node, and something that ends or stops it the moment the step has begun, the first time. */
function nodeWith(folder: string, step: string, signal: 'SIGKILL' | 'SIGSTOP'): string {
  return script(
    folder,
    `const { spawn } = require('node:child_process');
     const { existsSync, writeFileSync } = require('node:fs');
     const mark = ${JSON.stringify(join(folder, 'struck'))};
     const child = spawn(process.execPath, process.argv.slice(2), { stdio: ['inherit', 'pipe', 'inherit'] });
     child.stdout.on('data', (chunk) => {
       process.stdout.write(chunk);
       if (!existsSync(mark) && String(chunk).includes('"begun","step":"${step}"')) { child.kill('${signal}'); writeFileSync(mark, ''); }
     });
     child.on('exit', (code) => process.exit(code ?? 137));`,
  );
}

describe('an analysis that breaks', () => {
  const everything: Contents = {
    ...bad,
    'b.js': "const key = 'AKIAZ3MGQ4RT7NXPLW2K';\n",
    'package.json': ['{}', '{"scripts":{"prepare":"x"}}'],
    'CLAUDE.md': 'x\n',
  };

  test('has crashed when it is killed, and the others count', async () => {
    await using folder = await temporaryFolder();
    const evidence = await analyse(everything, { nodePath: nodeWith(folder.path, 'dangerous-code', 'SIGKILL') });
    expect(existsSync(join(folder.path, 'struck'))).toBe(true);
    expect(kinds(evidence)).toEqual({ ...clean, 'dangerous-code': 'crashed' });
    expect(rules(evidence)).toEqual(['aws-access-key-id', 'agent-configuration', 'gains-eval', 'install-script']);
    expect(securityShare(evidence).known).toBe(0.8);
  });

  test('has crashed when it does not end in its time, and the others count', async () => {
    await using folder = await temporaryFolder();
    const evidence = await analyse(everything, { nodePath: nodeWith(folder.path, 'secrets', 'SIGSTOP'), timeoutSeconds: 2 });
    expect(existsSync(join(folder.path, 'struck'))).toBe(true);
    expect(evidence.analyses[0]).toEqual({ analysis: 'secrets', kind: 'crashed', reason: 'it did not end within 2 s' });
    expect(rules(evidence)).toContain('eval');
  });

  test('has crashed where its program cannot be started; what needs none is still told', async () => {
    const evidence = await analyse(everything, { nodePath: '/nowhere/node' });
    expect(kinds(evidence)).toMatchObject({
      secrets: 'crashed',
      'dangerous-code': 'crashed',
      vulnerabilities: 'crashed',
      'supply-chain': 'crashed',
    });
    expect(rules(evidence)).toEqual(['agent-configuration']);
  });
});

test('configuration that a repository brings is neither loaded nor obeyed', async () => {
  await using folder = await temporaryFolder();
  const mark = join(folder.path, 'loaded');
  const runs = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '');`;
  const brought = {
    '.secretlintrc.json': '{"rules":[]}',
    '.secretlintrc.js': runs,
    '.secretlintignore': '**/*',
    'eslint.config.js': runs,
    'sgconfig.yml': 'ruleDirs: []',
    '.npmrc': `node-options=--require=${folder.path}/eslint.config.js\n`,
    'node_modules/@secretlint/core/package.json': '{"main":"x.js"}',
    'node_modules/@secretlint/core/x.js': runs,
    'node_modules/@ast-grep/napi/index.js': runs,
    'package.json': '{"type":"commonjs","imports":{"#a":"./eslint.config.js"}}',
  };
  for (const [path, text] of Object.entries(brought)) {
    mkdirSync(join(folder.path, path, '..'), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  }
  const change = {
    ...bad,
    'b.js': "/* secretlint-disable */\nconst id = 'AKIAZ3MGQ4RT7NXPLW2K';\nconst hook = 'https://admin:Xk29fjQm3z@intern.corp.io';\n",
  };
  const evidence = await analyse({ ...brought, ...change }, { directory: folder.path });
  expect(existsSync(mark)).toBe(false);
  expect(rules(evidence)).toEqual(
    expect.arrayContaining(['aws-access-key-id', 'password-in-address', 'eval', 'package-manager-commanded']),
  );
});

test('large and deeply nested files are looked at in good time', async () => {
  const deep = 120_000;
  const evidence = await analyse({
    'deep.js': `${'['.repeat(deep)}eval(1)${']'.repeat(deep)}`,
    'calls.js': `${'f(\n'.repeat(20_000)}eval(text)${')'.repeat(20_000)}`,
    'quotes.py': '"'.repeat(500_000),
    'words.js': 'token = "secret key password" '.repeat(20_000),
    'deep.json': '['.repeat(deep),
    'package-lock.json': '{"lockfileVersion":3,"packages":'.repeat(20_000),
    'huge.txt': 'a'.repeat(2_000_000),
  });
  expect(kinds(evidence)).toMatchObject({
    secrets: 'analysed',
    'dangerous-code': 'analysed',
    'supply-chain': 'analysed',
    capabilities: 'analysed',
    vulnerabilities: 'unavailable',
  });
  expect(rules(evidence)).toEqual(expect.arrayContaining(['unread-file', 'code-not-read', 'minified-code', 'lockfile-unreadable']));
});

test('the documentation lists every rule with its analysis and level, and no other', async () => {
  const text = await readFile(new URL('../../docs/security-analyses.md', import.meta.url), 'utf8');
  const listed = [...text.matchAll(/^\| `([a-z-]+)` +\| ([a-z-]+) +\| ([a-z]+) +\|/gm)].map(
    ([, rule, analysis, level]) => `${rule} ${analysis} ${level}`,
  );
  const known = Object.entries(securityRules).map(([rule, { analysis, level }]) => `${rule as RuleName} ${analysis} ${level}`);
  expect(listed).toEqual(known);
});

test('points add up to the share of the component, and no evidence is none', () => {
  const finding = { analysis: 'secrets', rule: 'x', path: 'a', detail: 'x' } as const;
  const looked = (levels: readonly ('low' | 'medium' | 'high' | 'critical')[]): SecurityEvidence => ({
    analyses: [{ analysis: 'secrets', kind: 'analysed', findings: levels.map((level) => ({ ...finding, level })), durationMs: 1 }],
  });
  expect(securityShare(looked([]))).toEqual({ share: 1, known: 0.2 });
  expect(securityShare(looked(['low', 'medium'])).share).toBeCloseTo(0.75);
  expect(securityShare(looked(['high', 'high'])).share).toBe(0);
  expect(securityShare({ analyses: [{ analysis: 'secrets', kind: 'crashed', reason: 'x' }] })).toEqual({ share: null, known: 0 });
  expect(isStopped(looked(['critical']))).toBe(true);
  expect(securityReasons(looked(['low', 'medium']))).toEqual([]);
});
