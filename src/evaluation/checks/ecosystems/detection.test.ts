import { expect, test } from 'vitest';
import type { ChecksPlan } from '../../../domain/checks.ts';
import { detectChecks } from '../detect.ts';
import type { ProjectReader } from '../project-reader.ts';

function reader(files: Readonly<Record<string, string>>): ProjectReader {
  return {
    readFile: (path) => Promise.resolve(files[path]),
    exists: (path) => Promise.resolve(path in files),
    list: () => Promise.resolve(Object.keys(files)),
  };
}

/** The commands as people know them, by check. */
function shown(found: ChecksPlan): Readonly<Record<string, string>> {
  const { install, build, typeCheck, test: tests, lint, format } = found;
  const all = Object.entries({ install, build, typeCheck, test: tests, lint, format });
  return Object.fromEntries(all.flatMap(([name, command]) => (command === undefined ? [] : [[name, command.shown]])));
}

async function plan(files: Readonly<Record<string, string>>): Promise<ChecksPlan> {
  return await detectChecks(reader(files));
}

const unit = { 'tests/test_a.py': 'import unittest\n' };

test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
  [
    'Python with tools that it configures',
    { 'pyproject.toml': '[tool.pytest.ini_options]\n[tool.ruff]\n[tool.ruff.format]\n[tool.mypy]\nfiles = ["src"]\n' },
    {
      typeCheck: 'python3 -m mypy',
      test: 'python3 -m pytest',
      lint: 'ruff check --no-fix --output-format json .',
      format: 'ruff format --check .',
    },
  ],
  [
    'Python with tools that it depends on',
    { 'requirements.txt': 'requests\n', 'requirements-dev.txt': 'pytest==8\nmypy\nflake8\nblack\n' },
    { typeCheck: 'python3 -m mypy .', test: 'python3 -m pytest', lint: 'python3 -m flake8', format: 'python3 -m black --check .' },
  ],
  ['Python with unittest', { 'setup.py': '', ...unit }, { test: 'python3 -m unittest discover -s tests' }],
  [
    'Python with unittest in packages',
    { 'setup.py': '', ...unit, 'tests/__init__.py': '' },
    { test: 'python3 -m unittest discover -s tests -t .' },
  ],
  ['Python with unittest at the top', { 'setup.py': '', 'test_a.py': 'from unittest import TestCase\n' }, { test: 'python3 -m unittest' }],
  ['Python with functions that test', { 'setup.py': '', 'test_a.py': 'def test_a(): pass\n' }, { test: 'python3 -m pytest' }],
  ['Django', { 'requirements.txt': 'django\n', 'manage.py': 'os.environ["DJANGO_SETTINGS_MODULE"]' }, { test: 'python3 manage.py test' }],
  [
    'Python with uv',
    { 'pyproject.toml': 'dependencies = ["pytest"]', 'uv.lock': '' },
    { install: 'uv sync --frozen', test: 'uv run --no-sync python3 -m pytest' },
  ],
  ['Python without tests', { 'requirements.txt': 'requests\n', 'a.py': '' }, {}],
  [
    'Go',
    { 'go.mod': 'module a', 'go.sum': '', 'a_test.go': '', 'cmd/b/b.go': '', 'vendor/c/c.go': '', '.github/x.go': '' },
    {
      install: 'go mod download',
      build: 'go build ./...',
      test: 'go test -count=1 ./...',
      lint: 'go vet ./...',
      format: 'gofmt -l a_test.go cmd',
    },
  ],
  [
    'Go with a linter of its own and without tests',
    { 'go.mod': 'module a', '.golangci.yml': '' },
    { build: 'go build ./...', lint: 'golangci-lint run' },
  ],
  [
    'Rust',
    {
      'Cargo.toml': '[workspace]\nmembers = ["a"]\n',
      'Cargo.lock': '[[package]]\nsource = "registry"\n',
      '.github/workflows/ci.yml': 'run: cargo clippy && cargo fmt --check',
    },
    {
      install: 'cargo fetch --locked',
      build: 'cargo build --workspace',
      test: 'cargo test --no-fail-fast --workspace',
      lint: 'cargo clippy --workspace --all-targets --message-format=json',
      format: 'cargo fmt --all -- --check -l',
    },
  ],
  [
    'Rust that depends on nothing',
    { 'Cargo.toml': '[package]\nname = "a"\n' },
    { build: 'cargo build', test: 'cargo test --no-fail-fast' },
  ],
  [
    'Maven with its wrapper',
    { 'pom.xml': '', mvnw: '', 'core/src/test/java/ATest.java': '' },
    { build: './mvnw -B test-compile', test: './mvnw -B --fail-at-end test' },
  ],
  [
    'Gradle',
    { 'build.gradle.kts': '', 'src/test/kotlin/ATest.kt': '' },
    { build: 'gradle --no-daemon --console=plain testClasses', test: 'gradle --no-daemon --console=plain --continue test' },
  ],
  [
    '.NET',
    { 'a.sln': '', 'tests/a.csproj': '<PackageReference Include="Microsoft.NET.Test.Sdk" />', '.editorconfig': '' },
    {
      install: 'dotnet restore',
      build: 'dotnet build --no-restore',
      test: 'dotnet test --no-restore',
      format: 'dotnet format --verify-no-changes --no-restore',
    },
  ],
  [
    'a Makefile',
    { Makefile: 'CC := gcc\n.PHONY: all test\nall: a.o\n\tcc a.c\ncheck lint:\n\t./$@.sh\nfmt-check :\n\ttrue\n' },
    { build: 'make all', test: 'make check', lint: 'make lint', format: 'make fmt-check' },
  ],
])('%s', async (_, files, expected) => {
  const found = await plan(files);
  expect(shown(found)).toEqual(expected);
  // Whatever was not found is said.
  const absent = {
    install: 'No install',
    build: 'No build',
    typeCheck: 'No type check',
    test: 'No tests',
    lint: 'No linter',
    format: 'No format',
  };
  for (const [name, sentence] of Object.entries(absent)) {
    expect(found.reasons.filter((reason) => reason.startsWith(sentence))).toHaveLength(name in expected ? 0 : 1);
  }
});

test('a project with a package.json is one of npm, unless it has tests of something else only', async () => {
  const both = { 'go.mod': 'module a', 'a_test.go': '' };
  const npm = await plan({ 'package.json': '{"scripts":{"test":"node --test"}}', ...both });
  expect(npm).toMatchObject({ ecosystem: 'npm', test: { runner: 'node:test' } });
  expect(npm.reasons.some((reason) => reason.includes('go'))).toBe(true);
  expect(await plan({ 'package.json': '{}', ...both })).toMatchObject({ ecosystem: 'go', test: { runner: 'go' } });
});

test.each([
  ['pytest -q', 'pytest'],
  ['python3 -m unittest', 'unittest'],
  ['go test ./...', 'go'],
  ['cargo +nightly test', 'cargo'],
  ['sh -c "cargo test"', 'cargo'],
  ['sh -c "go test ./..."', 'unknown'],
  ['./mvnw verify', 'maven'],
  ['./gradlew test', 'gradle'],
  ['dotnet test', 'dotnet'],
  ['./test.sh', 'unknown'],
])('a configured command is known by what it calls: %s', async (command, runner) => {
  expect(await detectChecks(reader({}), { test: command })).toMatchObject({ test: { runner } });
});

test.each([
  ['pytest', 'pytest -q', 'pytest'],
  ['a runner that only its own command makes report', 'go test ./...', 'unknown'],
  ['a runner in a container', 'docker run app pytest', 'unknown'],
  ['nothing that is known', './test.sh', 'unknown'],
])('the target of a Makefile that calls %s', async (_, recipe, runner) => {
  expect(await plan({ Makefile: `test:\n\t@${recipe}\n` })).toMatchObject({ ecosystem: 'make', test: { shown: 'make test', runner } });
});

test('a script of npm that calls go is known by its exit code only', async () => {
  expect(await plan({ 'package.json': '{"scripts":{"test":"go test ./..."}}' })).toMatchObject({ test: { runner: 'unknown' } });
});
