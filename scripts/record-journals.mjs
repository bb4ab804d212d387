/**
 * Records what a run leaves behind when its process is killed, once when a task of each type is about to begin or has begun:
 * `node scripts/record-journals.mjs <folder> [<bin/miyabi.js> [<type> ...]]`, with Node 24. The program is this checkout's, or that of another
 * version; the folder then holds `<type>.json.gz` with the database, the repository and the mirror. The tests of upgrades carry these runs to their end.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { unpackText } from '../src/adapters/store/packed-text.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const [target, program = path.join(root, 'bin/miyabi.js'), ...wanted] = process.argv.slice(2);
if (target === undefined) throw new Error('node scripts/record-journals.mjs <folder> [<bin/miyabi.js> [<type> ...]]');

const files = {
  'package.json': '{ "name": "small", "version": "1.0.0", "type": "module", "private": true, "scripts": { "test": "node --test" } }\n',
  'src/add.js': 'export function add(a, b) {\n  return a - b;\n}\n',
  'test/add.test.js': [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { add } from '../src/add.js';",
    "test('adds', () => assert.equal(add(1, 2), 3));\n",
  ].join('\n'),
};
/** Worlds that do the same in other words, so that they are examined. */
const mend = `case "$MIYABI_WORLD" in alpha) sum='a + b';; *) sum='b + a';; esac; sed -i.bak "s/a - b/$sum/" src/add.js && rm -f src/add.js.bak`;

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'miyabi-journals-')));
const project = path.join(folder, 'project');
const state = path.join(folder, 'state');
const environment = { PATH: process.env.PATH, HOME: folder, USER: 'ada', LANG: 'C.UTF-8', XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder };

const git = (cwd, ...args) =>
  execFileSync('git', args, { cwd, env: { PATH: process.env.PATH, HOME: folder }, stdio: ['ignore', 'pipe', 'ignore'] });

function makeProject() {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
    writeFileSync(path.join(project, name), text);
  }
  git(folder, 'init', '--quiet', '--initial-branch', 'main', project);
  git(project, 'config', 'user.name', 'Ada');
  git(project, 'config', 'user.email', 'ada@example.org');
  git(project, 'add', '.');
  git(project, 'commit', '--quiet', '--message', 'begin');
}

/** The text that stands for what only this machine knows. */
const general = (text) => text.replaceAll(folder, '@folder@').replaceAll(process.execPath, '@node@');

function readDatabase(database) {
  const definitions = database
    .prepare("SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    .all();
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid").all();
  const rows = Object.fromEntries(
    tables.map(({ name }) => [
      name,
      database
        .prepare(`SELECT * FROM ${name}`)
        .all()
        .map((row) => plainRow(name, row)),
    ]),
  );
  return { definitions: definitions.map(({ sql }) => sql), rows };
}

function plainRow(table, row) {
  const values = Object.entries(row).map(([column, value]) => {
    if (table === 'weaver_process' && column === 'host') return [column, 'recorder'];
    if (value instanceof Uint8Array) return [column, general(unpackText(value))];
    return [column, typeof value === 'string' ? general(value) : value];
  });
  return Object.fromEntries(values);
}

function bundle(directory) {
  const file = path.join(folder, 'bundle');
  git(directory, 'bundle', 'create', file, '--all');
  return readFileSync(file).toString('base64');
}

function artifacts(directory) {
  if (!existsSync(directory)) return {};
  const names = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(directory, file), readFileSync(file).toString('base64')];
    }),
  );
}

function snapshot(database, type) {
  const copy = path.join(folder, `${type}.db`);
  database.exec(`VACUUM INTO '${copy}'`);
  const [mirror] = readdirSync(path.join(state, 'mirrors')).filter((name) => name.endsWith('.git'));
  const frozen = new DatabaseSync(copy, { readOnly: true });
  const recorded = {
    type,
    database: readDatabase(frozen),
    project: bundle(project),
    mirror: { name: mirror, bundle: bundle(path.join(state, 'mirrors', mirror)) },
    artifacts: artifacts(path.join(state, 'artifacts')),
  };
  frozen.close();
  const packed = gzipSync(JSON.stringify(recorded), { level: 9 });
  mkdirSync(target, { recursive: true });
  writeFileSync(path.join(target, `${type}.json.gz`), packed);
  console.error(`${type}: ${packed.length} bytes`);
}

function openWhenThere() {
  try {
    return new DatabaseSync(path.join(state, 'miyabi.db'), { readOnly: true });
  } catch {
    return undefined; // Not made yet.
  }
}

async function record() {
  makeProject();
  const args = [
    program,
    '--state',
    state,
    'run',
    'add() is wrong: it takes away',
    '--repo',
    project,
    '--agent',
    `command:${mend}`,
    '--worlds',
    '2',
    '--json',
  ];
  const child = spawn(process.execPath, args, {
    cwd: project,
    env: { ...environment, MIYABI_ISOLATION: 'none' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let code;
  child.on('exit', (ended) => (code = ended));
  const seen = new Set();
  const ended = new Promise((resolve) => child.on('exit', resolve));
  try {
    await watch(seen, () => code !== undefined);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  if (code !== 0) throw new Error(`The run ended with ${code}.`);
  console.error(`Seen: ${[...seen].join(', ')}`);
}

async function watch(seen, isOver) {
  let database;
  while (!isOver()) {
    await new Promise((resolve) => setImmediate(resolve));
    database ??= openWhenThere();
    for (const type of database === undefined ? [] : begun(database)) {
      if (seen.has(type)) continue;
      seen.add(type);
      if (wanted.length === 0 || wanted.includes(type)) snapshot(database, type);
    }
  }
  database?.close();
}

/** Of tasks that are about to begin, or have. */
function begun(database) {
  try {
    return database
      .prepare("SELECT DISTINCT type FROM weaver_task WHERE state IN ('ready', 'running')")
      .all()
      .map(({ type }) => type);
  } catch (error) {
    if (/no such table|locked/.test(error.message)) return [];
    throw error;
  }
}

try {
  await record();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
