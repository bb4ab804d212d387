/** @module-tag campaign */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fragments, programs } from './testing/code-blocks.ts';
import { pack } from './testing/pack.ts';
import { projectRoot, runNode, runProgram, type Ended } from './testing/run-program.ts';
import { setting } from './testing/weaver-fragment.ts';

/** What the engine may bring along; the rest of what the package depends on is Miyabi's. */
const libraries = ['kysely', 'uuid', 'zod'];
const page = readFileSync(path.join(projectRoot, 'docs/weaver.md'), 'utf8');
const example = readFileSync(path.join(projectRoot, 'examples/greeting.ts'), 'utf8');

let folder: string;
/** The project of somebody who uses the package: it is installed there, with those libraries and no others. */
let project: string;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'miyabi-engine-')));
  const archive = await pack(folder);
  project = path.join(folder, 'project');
  const modules = path.join(project, 'node_modules');
  mkdirSync(path.join(modules, '@types'), { recursive: true });
  await runProgram('tar', ['-xzf', archive], { cwd: folder });
  renameSync(path.join(folder, 'package'), path.join(modules, 'miyabi-worlds'));
  for (const name of [...libraries, '@types/node']) symlinkSync(path.join(projectRoot, 'node_modules', name), path.join(modules, name));
  writeFileSync(path.join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the engine as a package of its own', () => {
  it('loads nothing of Miyabi, and no library but those it needs', async () => {
    write('graph.mjs', [
      "import { registerHooks } from 'node:module';",
      'const loaded = [];',
      'registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });',
      "const names = Object.keys(await import('miyabi-worlds/weaver'));",
      'console.log(JSON.stringify({ loaded, names }));',
    ]);
    const { loaded, names } = JSON.parse(await run('graph.mjs')) as { loaded: readonly string[]; names: readonly string[] };
    const own = loaded.flatMap((url) => /\/miyabi-worlds\/dist\/(.*)$/.exec(url)?.[1] ?? []);
    const adapters = 'artifacts/|clock\\.js|dispatch/|ids\\.js|lock/|store/(?!miyabi/)';
    const engine = new RegExp(`^(weaver-package\\.js|(domain|ports|weaver)/|adapters/(${adapters}))`);
    expect(own.length).toBeGreaterThan(50);
    expect(own.filter((name) => !engine.test(name))).toEqual([]);
    const packages = loaded.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
    expect([...new Set(packages)].toSorted()).toEqual(['kysely', 'miyabi-worlds', 'uuid', 'zod']);
    expect(names).toContain('openEngine');
  });

  it('keeps the declarations that its export leads to, and no others', () => {
    const built = readdirSync(path.join(project, 'node_modules/miyabi-worlds/dist'), { recursive: true, encoding: 'utf8' });
    const declarations = built.filter((name) => name.endsWith('.d.ts'));
    expect(declarations).toContain('weaver-package.d.ts');
    expect(declarations.filter((name) => !/^(weaver-package\.d\.ts|(domain|ports|weaver)\/)/.test(name))).toEqual([]);
  });

  it('types its users without the types of Node, and checks payloads and results against their task type', async () => {
    const correct = [
      "import { defineTaskType, handle, taskOf } from 'miyabi-worlds/weaver';",
      "import { z } from 'zod';",
      "const type = defineTaskType({ name: 'a', schemaVersion: 1, payload: z.object({ n: z.number() }), result: z.string() });",
      "export const registration = handle(type, async ({ payload }) => ({ kind: 'success', result: payload.n.toFixed(1) }));",
      "export const task = taskOf(type, { key: 'a', payload: { n: 1 } });",
    ];
    const files = [
      write('correct.ts', correct),
      write('wrong-result.ts', correct.join('\n').replace('payload.n.toFixed(1)', 'payload.n')),
      write('wrong-payload.ts', correct.join('\n').replace('{ n: 1 }', "{ n: '1' }")),
    ];
    const { stdout } = await check(files, { types: [], lib: ['es2024', 'esnext.disposable', 'dom'] });
    const faults = [...stdout.matchAll(/^(\S+)\((\d+),/gm)].map(([, file, line]) => `${file}:${line}`);
    expect(faults.toSorted()).toEqual(['wrong-payload.ts:5', 'wrong-result.ts:4']);
  });

  it('makes no tables but its own', async () => {
    write('open.mjs', [
      "import { openEngine } from 'miyabi-worlds/weaver';",
      "await using engine = await openEngine({ folder: 'state', registrations: [] });",
      'console.log((await engine.jobs()).length);',
    ]);
    expect(await run('open.mjs')).toBe('0\n');
    using database = new DatabaseSync(path.join(project, 'state/weaver.db'), { readOnly: true });
    const names = database.prepare('SELECT name FROM sqlite_schema').all();
    expect(names.map(({ name }) => String(name)).filter((name) => !/^(weaver_|sqlite_)/.test(name))).toEqual([]);
    expect(names.map(({ name }) => name)).toContain('weaver_task');
  });
});

describe('the greeting', () => {
  const steps = [
    'queued=1, running=0, succeeded=0, retry_scheduled=0, dead=0',
    'queued=0, running=1, succeeded=0, retry_scheduled=0, dead=0',
    'queued=0, running=0, succeeded=0, retry_scheduled=1, dead=0',
    'Retry attempt 2/5 after 2s',
    'queued=0, running=1, succeeded=0, retry_scheduled=0, dead=0',
    'queued=0, running=0, succeeded=0, retry_scheduled=1, dead=0',
    'Retry attempt 3/5 after 4s',
    'queued=0, running=1, succeeded=0, retry_scheduled=0, dead=0',
    'queued=0, running=0, succeeded=1, retry_scheduled=0, dead=0',
    'Succeeded',
    "{ text: 'Hello, world!' }",
  ];

  it('fails twice and succeeds, waiting 2 s and 4 s, and prints every step', { tags: ['campaign'] }, async () => {
    const since = performance.now();
    const ended = await runNode([path.join(projectRoot, 'examples/greeting.ts')], {
      cwd: project,
      env: { ...process.env, TMPDIR: folder },
    });
    expect(ended).toMatchObject({ code: 0, stdout: `${steps.join('\n')}\n`, stderr: '' });
    expect(performance.now() - since).toBeGreaterThanOrEqual(6_000);
  });

  it('is what the page shows, with what the page says it prints', () => {
    expect(programs(page)[0]).toBe(asUsersWriteIt(example));
    expect(page).toContain(`\`\`\`text\n${steps.join('\n')}\n\`\`\``);
  });
});

describe('the page', () => {
  it(
    'has only code that compiles, and fragments that run on an engine with a job that is done',
    { tags: ['campaign'], timeout: 60_000 },
    async () => {
      const whole = programs(page).map((text, index) => write(`program-${index}.ts`, text));
      const parts = fragments(page).map((text, index) => write(`fragment-${index}.ts`, `${setting}{\n${text}}\n`));
      expect(parts.length).toBeGreaterThan(5);
      expect(await check([...whole, ...parts], { types: ['node'] })).toMatchObject({ code: 0, stdout: '' });
      for (const name of parts) await run(name);
    },
  );

  it.each(
    programs(page)
      .slice(1)
      .map((text, index) => ({ title: /^\/\/ (.*)$/m.exec(text)?.[1] ?? `program ${index}`, text })),
  )('runs: $title', { timeout: 60_000 }, async ({ title, text }) => {
    const printed = [...text.matchAll(/\/\/ prints (.*)$/gm)].map(([, line]) => `${line}\n`).join('');
    expect(printed).not.toBe('');
    expect(await run(write(`${title.replaceAll(/\W+/g, '-')}.ts`, text))).toBe(printed);
  });
});

function asUsersWriteIt(source: string): string {
  return source.replace('../src/weaver-package.ts', 'miyabi-worlds/weaver').replace('node examples/greeting.ts', 'node greeting.ts');
}

function write(name: string, text: string | readonly string[]): string {
  writeFileSync(path.join(project, name), typeof text === 'string' ? text : `${text.join('\n')}\n`);
  return name;
}

async function run(name: string): Promise<string> {
  const ended = await runNode([name], { cwd: project, env: { ...process.env, TMPDIR: folder } });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return ended.stdout;
}

/** Type-checks files of the project as strictly as can be, the package's own declarations included. */
function check(files: readonly string[], options: Readonly<Record<string, unknown>>): Promise<Ended> {
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    noEmit: true,
    ...options,
  };
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  return runNode([path.join(projectRoot, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: project });
}
