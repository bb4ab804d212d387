import { fileURLToPath } from 'node:url';
import type { CheckCommand } from '../../../domain/checks.ts';
import type { ProjectReader } from '../project-reader.ts';
import { parseLines } from '../reports/lines.ts';
import { parseLocatedLines } from '../reports/located-lines.ts';
import { parseRuff } from '../reports/ruff.ts';
import { askedFor, cacheFolder } from './asked-for.ts';
import { commandOf, type Detected, type DetectedTest, type EcosystemEntry, type RunnerReport } from './ecosystem.ts';

const hooks = fileURLToPath(new URL('../hooks/python', import.meta.url));

/**
 * Our programs are found through the environment, so that they are there however the tests are started. An option of the project's or
 * of the command's cannot turn them off, except by ignoring the environment (`python -I`): then there is no report.
 */
function reporting(base: Readonly<Record<string, string>>): Record<string, string> {
  const own = `-p miyabi_pytest -o "cache_dir=${cacheFolder(base).replaceAll(/["\\$`]/g, String.raw`\$&`)}/pytest"`;
  return {
    // Nothing is to be written beside our programs either.
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONPATH: [hooks, base['PYTHONPATH'] ?? ''].filter((path) => path !== '').join(':'),
    PYTEST_ADDOPTS: `${base['PYTEST_ADDOPTS'] ?? ''} ${own}`.trim(),
  };
}

const runners: readonly RunnerReport[] = [
  {
    runner: 'pytest',
    called: /\b(?:pytest|py\.test)\b/,
    name: 'pytest',
    sealed: true,
    environment: (_, base) => reporting(base),
    parse: parseLines,
  },
  {
    runner: 'unittest',
    called: /\bpython[\d.]*\s+(?:-m\s+unittest|\S*manage\.py\s+test)\b/,
    name: 'unittest',
    sealed: true,
    environment: (_, base) => reporting(base),
    parse: parseLines,
  },
];

const marks = ['pyproject.toml', 'setup.cfg', 'setup.py', 'tox.ini', 'pytest.ini', 'requirements.txt'] as const;

/** Projects in Python. Their dependencies are those of the machine, unless uv or poetry has locked them. */
export const python: EcosystemEntry = {
  name: 'python',
  marks,
  runners,
  linters: [
    { called: /\bruff check\b/, parse: parseRuff },
    { called: /\bflake8\b/, parse: (stdout) => parseLocatedLines(stdout, 'flake8') },
  ],
  environment: (base) => ({
    PYTHONDONTWRITEBYTECODE: '1',
    MYPY_CACHE_DIR: `${cacheFolder(base)}/mypy`,
    RUFF_CACHE_DIR: `${cacheFolder(base)}/ruff`,
  }),
  async detect(reader) {
    const found = await Promise.all(marks.map(async (mark) => await reader.exists(mark)));
    return found.includes(true) ? await detected(reader) : undefined;
  },
};

/** What is known of a project before its checks are looked for. */
interface Project {
  readonly reader: ProjectReader;
  readonly files: readonly string[];
  /** Everything in which it names tools and dependencies. */
  readonly text: string;
  /** What starts programs of its environment, such as `uv run`. */
  readonly prefix: readonly string[];
}

async function detected(reader: ProjectReader): Promise<Detected> {
  const files = await reader.list();
  const named = files.filter((path) => /^(?:requirements[^/]*|requirements\/[^/]+)\.(?:txt|in)$/.test(path)).slice(0, 20);
  const text = await askedFor(reader, [...marks, ...named]);
  const install = await installation(reader);
  const project: Project = { reader, files, text, prefix: install?.prefix ?? [] };
  const test = await findTests(project);
  const [typeCheck, lint, format] = [await findTypeCheck(project), await findLint(project), await findFormat(project)];
  const reasons = [
    ...(install === undefined ? ['No install: neither uv.lock nor poetry.lock was found, so the tests use what the machine has.'] : []),
    'No build: Python has none.',
    ...(typeCheck === undefined ? ['No type check: the project does not name mypy.'] : []),
    ...(test === undefined ? ['No tests: neither pytest nor files of tests (test*.py, *_test.py) were found.'] : []),
    ...(lint === undefined ? ['No linter: the project names neither ruff nor flake8.'] : []),
    ...(format === undefined ? ['No format check: the project names neither black nor the formatter of ruff.'] : []),
  ];
  return {
    ...(install === undefined ? {} : { install: install.command }),
    ...(typeCheck === undefined ? {} : { typeCheck }),
    ...(test === undefined ? {} : { test }),
    ...(lint === undefined ? {} : { lint }),
    ...(format === undefined ? {} : { format }),
    reasons,
  };
}

async function installation(reader: ProjectReader): Promise<{ command: CheckCommand; prefix: readonly string[] } | undefined> {
  if (await reader.exists('uv.lock')) return { command: commandOf(['uv', 'sync', '--frozen']), prefix: ['uv', 'run', '--no-sync'] };
  if (await reader.exists('poetry.lock')) {
    return { command: commandOf(['poetry', 'install', '--no-interaction']), prefix: ['poetry', 'run'] };
  }
  return undefined;
}

const testFile = /(?:^|\/)(?:test[^/]*|[^/]+_test)\.py$/;

async function findTests({ reader, files, text, prefix }: Project): Promise<DetectedTest | undefined> {
  const isPytest = /^\[(?:tool\.pytest|tool:pytest|pytest\])/m.test(text) || /\bpytest\b/.test(text);
  const isConfigured = files.some((path) => /(?:^|\/)(?:conftest\.py|pytest\.ini)$/.test(path));
  const pytest: DetectedTest = { ...commandOf([...prefix, 'python3', '-m', 'pytest']), runner: 'pytest' };
  if (isPytest || isConfigured) return pytest;
  if (/django/i.test((await reader.readFile('manage.py')) ?? '')) {
    return { ...commandOf([...prefix, 'python3', 'manage.py', 'test']), runner: 'unittest' };
  }
  const tests = files.filter((path) => testFile.test(path));
  if (tests.length === 0) return undefined;
  const texts = await Promise.all(tests.slice(0, 10).map(async (path) => (await reader.readFile(path)) ?? ''));
  const isUnittest = texts.some((source) => /^\s*(?:import|from) +unittest\b/m.test(source));
  if (!isUnittest && texts.some((source) => /^(?:async )?def test|^\s*(?:import|from) +pytest\b/m.test(source))) return pytest;
  return { ...commandOf([...prefix, 'python3', '-m', 'unittest', ...discovery(files, tests)]), runner: 'unittest' };
}

/** unittest finds tests below the top only in packages; a folder of tests that is none has to be named. */
function discovery(files: readonly string[], tests: readonly string[]): readonly string[] {
  const [first = ''] = tests.map((path) => path.split('/')[0] ?? '').filter((name) => /^tests?$/.test(name));
  if (first === '' || tests.some((path) => !path.includes('/'))) return [];
  return files.includes(`${first}/__init__.py`) ? ['discover', '-s', first, '-t', '.'] : ['discover', '-s', first];
}

async function findTypeCheck({ reader, text, prefix }: Project): Promise<CheckCommand | undefined> {
  const own = (await reader.readFile('mypy.ini')) ?? (await reader.readFile('.mypy.ini')) ?? '';
  if (own === '' && !/\bmypy\b/.test(text)) return undefined;
  // With files named in its configuration it takes no others.
  const section = own === '' ? (/^\[(?:tool\.)?mypy\]([^]*?)(?=^\[|(?![^]))/m.exec(text)?.[1] ?? '') : own;
  return commandOf([...prefix, 'python3', '-m', 'mypy', ...(/^(?:files|packages|modules)\s*=/m.test(section) ? [] : ['.'])]);
}

async function findLint({ reader, text, prefix }: Project): Promise<CheckCommand | undefined> {
  const hasOwn = (await reader.exists('ruff.toml')) || (await reader.exists('.ruff.toml'));
  if (hasOwn || /\bruff\b/.test(text)) return commandOf([...prefix, 'ruff', 'check', '--no-fix', '--output-format', 'json', '.']);
  if ((await reader.exists('.flake8')) || /\bflake8\b/.test(text)) return commandOf([...prefix, 'python3', '-m', 'flake8']);
  return undefined;
}

async function findFormat({ reader, text, prefix }: Project): Promise<CheckCommand | undefined> {
  const own = (await reader.readFile('ruff.toml')) ?? (await reader.readFile('.ruff.toml')) ?? '';
  if (/^\[format\]/m.test(own) || /^\[tool\.ruff\.format\]|\bruff[- ]format\b/m.test(text)) {
    return commandOf([...prefix, 'ruff', 'format', '--check', '.']);
  }
  return /^\[tool\.black\]|\bblack\b/m.test(text) ? commandOf([...prefix, 'python3', '-m', 'black', '--check', '.']) : undefined;
}
