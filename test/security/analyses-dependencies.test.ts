import { expect, test } from 'vitest';
import { lookAtDependencies } from '../../src/evaluation/security/child/dependencies.ts';
import type { Contents, Extras } from './analyses-stand.ts';
import { verdictOn } from './analyses-stand.ts';

const sha = (letter: string): string => `sha512-${letter.repeat(86)}==`;
const entry = (name: string, version: string, more: object = {}) => ({
  [`node_modules/${name}`]: {
    version,
    resolved: `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`,
    integrity: sha('a'),
    license: 'MIT',
    ...more,
  },
});
const lock = (...entries: object[]): string =>
  JSON.stringify({ name: 'a', lockfileVersion: 3, packages: { '': { name: 'a' }, ...Object.assign({}, ...entries) } }, null, 2);
const manifest = (more: object): string => JSON.stringify({ name: 'a', ...more }, null, 2);
/** A manifest that changes too, so that the lockfile is not alone. */
const both = (before: string, after: string): Contents => ({
  'package.json': [manifest({ dependencies: { a: '1' } }), manifest({ dependencies: { a: '2' } })],
  'package-lock.json': [before, after],
});
const old = entry('alpha', '1.0.0');

type Case = readonly [name: string, change: Contents, verdict: readonly string[], extras?: Extras];
const supply: readonly Case[] = [
  ['a new package of the registry', both(lock(old), lock(old, entry('beta', '2.0.0'))), []],
  ['a new install script', both(lock(old), lock(old, entry('beta', '2.0.0', { hasInstallScript: true }))), ['high new-install-script']],
  [
    'a newer version of a package that had one',
    both(lock(entry('beta', '1.0.0', { hasInstallScript: true })), lock(entry('beta', '2.0.0', { hasInstallScript: true }))),
    [],
  ],
  [
    'a newer version that gained one',
    both(lock(entry('beta', '1.0.0')), lock(entry('beta', '2.0.0', { hasInstallScript: true }))),
    ['high new-install-script'],
  ],
  [
    'a new host',
    both(lock(old), lock(old, entry('beta', '2.0.0', { resolved: 'https://evil.example/beta/-/beta-2.0.0.tgz' }))),
    ['high new-registry-host'],
  ],
  [
    'a host that changes under the same version',
    both(lock(old), lock(entry('alpha', '1.0.0', { resolved: 'https://evil.example/alpha/-/alpha-1.0.0.tgz' }))),
    ['high new-registry-host'],
  ],
  [
    'a repository',
    both(lock(old), lock(old, entry('beta', '2.0.0', { resolved: 'git+ssh://git@github.com/x/beta.git#0a1b2c3', integrity: undefined }))),
    ['high foreign-source'],
  ],
  [
    'an address',
    both(lock(old), lock(old, entry('beta', '2.0.0', { resolved: 'https://evil.example/download' }))),
    ['high foreign-source'],
  ],
  [
    'without encryption',
    both(lock(old), lock(old, entry('beta', '2.0.0', { resolved: 'http://registry.npmjs.org/beta/-/beta-2.0.0.tgz' }))),
    ['high insecure-address'],
  ],
  ['a checksum that was taken away', both(lock(old), lock(entry('alpha', '1.0.0', { integrity: undefined }))), ['high integrity-removed']],
  ['a checksum that changed', both(lock(old), lock(entry('alpha', '1.0.0', { integrity: sha('b') }))), ['high integrity-changed']],
  ['a better checksum', both(lock(entry('alpha', '1.0.0', { integrity: 'sha1-abc=' })), lock(old)), []],
  ['a new package without one', both(lock(old), lock(old, entry('beta', '2.0.0', { integrity: undefined }))), ['medium integrity-missing']],
  ['another licence', both(lock(old), lock(old, entry('beta', '2.0.0', { license: 'AGPL-3.0-only' }))), ['high licence-not-allowed']],
  ['a choice of licences', both(lock(old), lock(old, entry('beta', '2.0.0', { license: '(AGPL-3.0-only OR MIT)' }))), []],
  ['no licence', both(lock(old), lock(old, entry('beta', '2.0.0', { license: undefined }))), ['low licence-unknown']],
  [
    'words for a licence',
    both(lock(old), lock(old, entry('beta', '2.0.0', { license: 'SEE LICENSE IN x' }))),
    ['high licence-not-allowed'],
  ],
  ['a name like another', both(lock(old), lock(old, entry('expres', '4.0.0'))), ['medium name-like-another']],
  ['a popular name', both(lock(old), lock(old, entry('express', '4.0.0'), entry('preact', '10.0.0'))), []],
  ['a lockfile alone', { 'package-lock.json': [lock(old), lock(entry('alpha', '1.0.1'))] }, ['low lockfile-alone']],
  [
    'a manifest alone',
    { 'package.json': [manifest({}), manifest({ dependencies: { beta: '1' } })] },
    ['low lockfile-behind'],
    { unchanged: ['package-lock.json'] },
  ],
  ['a manifest without any lockfile', { 'package.json': [manifest({}), manifest({ dependencies: { beta: '1' } })] }, []],
  [
    'another field of a manifest',
    { 'package.json': [manifest({}), manifest({ description: 'x' })] },
    [],
    { unchanged: ['package-lock.json'] },
  ],
  ['a lockfile that is none', both(lock(old), '{"lockfileVersion"'), ['medium lockfile-unreadable']],
  [
    'something in the place of a package',
    { 'package.json': [manifest({}), manifest({ overrides: { a: { b: 'npm:evil@1' } } })] },
    ['high dependency-redirected'],
  ],
  ['a version that is held back', { 'package.json': [manifest({}), manifest({ overrides: { b: '1.2.3' } })] }, []],
  [
    'a dependency from a repository',
    { 'package.json': [manifest({}), manifest({ dependencies: { b: 'github:x/b' } })] },
    ['high foreign-source'],
  ],
  [
    'a script that runs with an installation',
    { 'package.json': [manifest({}), manifest({ scripts: { postinstall: 'node x.js' } })] },
    ['high install-script'],
  ],
  [
    'a script that was there',
    { 'package.json': [manifest({ scripts: { prepare: 'x' } }), manifest({ scripts: { prepare: 'x', test: 'y' } })] },
    [],
  ],
  [
    'another package manager under the same version',
    { 'package.json': [manifest({ packageManager: 'pnpm@9.0.0+sha512.aa' }), manifest({ packageManager: 'pnpm@9.0.0+sha512.bb' })] },
    ['high package-manager-hash'],
  ],
  [
    'a newer package manager',
    { 'package.json': [manifest({ packageManager: 'pnpm@9.0.0+sha512.aa' }), manifest({ packageManager: 'pnpm@9.1.0+sha512.bb' })] },
    [],
  ],
  ['another registry', { '.npmrc': 'registry=https://evil.example/\n' }, ['high registry-redirected']],
  [
    'a registry of a scope',
    { '.npmrc': ['save-exact=true\n', 'save-exact=true\n@x:registry=https://evil.example/\n'] },
    ['high registry-redirected'],
  ],
  ['a program for scripts', { '.npmrc': 'script-shell=./x.sh\n' }, ['high package-manager-commanded']],
  ['a program for git', { '.npmrc': 'git=./git\n' }, ['high package-manager-commanded']],
  ['settings of no consequence', { '.npmrc': 'save-exact=true\nregistry=https://registry.npmjs.org/\n; git=./git\n' }, []],
  ['another yarn', { '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn.cjs\n' }, ['high package-manager-commanded']],
  ['another registry of yarn', { '.yarnrc.yml': 'npmRegistryServer: "https://evil.example"\n' }, ['high registry-redirected']],
  ['a file that pnpm runs', { '.pnpmfile.cjs': 'module.exports = {};\n' }, ['high package-manager-commanded']],
  ['another index of Python', { 'requirements.txt': '--extra-index-url https://evil.example/simple\n' }, ['high registry-redirected']],
  ['another index in pip.conf', { 'pip.conf': '[global]\nindex-url = https://evil.example/simple\n' }, ['high registry-redirected']],
  [
    'another module of Go',
    { 'go.mod': ['module a\n', 'module a\nreplace x.example/y => evil.example/y v1.0.0\n'] },
    ['high dependency-redirected'],
  ],
  ['a module of Go in the repository', { 'go.mod': ['module a\n', 'module a\nreplace x.example/y => ./y\n'] }, []],
];

test.each(supply.map(([name, change, verdict, extras]) => ({ name, change, verdict, extras })))(
  'supply chain: $name',
  async ({ change, verdict, extras }) => {
    expect(await verdictOn(change, extras)).toEqual(verdict.toSorted());
  },
);

const sys = (text: string): string => text.replaceAll(/^ {4}/gm, '');
const formats: readonly (readonly [path: string, before: string, after: string, packages: readonly string[]])[] = [
  [
    'package-lock.json',
    lock(old),
    lock(old, entry('@s/beta', '2.0.0'), entry('x/node_modules/alpha', '1.1.0')),
    ['npm @s/beta 2.0.0', 'npm alpha 1.1.0'],
  ],
  [
    'npm-shrinkwrap.json',
    '{"lockfileVersion":1,"dependencies":{}}',
    '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","dependencies":{"b":{"version":"2.0.0"}}}}}',
    ['npm a 1.0.0', 'npm b 2.0.0'],
  ],
  [
    'pnpm-lock.yaml',
    "lockfileVersion: '9.0'\n",
    sys(`lockfileVersion: '9.0'
    packages:
      '@s/beta@2.0.0':
        resolution: {integrity: sha512-x}
      alpha@1.0.0(react@18.0.0):
        resolution: {integrity: sha512-y}
    `),
    ['npm @s/beta 2.0.0', 'npm alpha 1.0.0'],
  ],
  [
    'yarn.lock',
    '# yarn lockfile v1\n',
    sys(`# yarn lockfile v1

    "@s/beta@^2.0.0", "@s/beta@^2.0.1":
      version "2.0.1"
      resolved "https://registry.yarnpkg.com/@s/beta/-/beta-2.0.1.tgz#abc"
      integrity sha512-x
    `),
    ['npm @s/beta 2.0.1'],
  ],
  [
    'yarn.lock',
    '',
    sys(`__metadata:
      version: 8

    "beta@npm:^2.0.0":
      version: 2.0.1
      resolution: "beta@npm:2.0.1"
      checksum: 10c0/abc
      languageName: node
      linkType: hard

    "own@workspace:.":
      version: 0.0.0-use.local
      resolution: "own@workspace:."
    `),
    ['npm beta 2.0.1'],
  ],
  [
    'go.mod',
    'module a\n',
    'module a\n\nrequire (\n\tx.example/y v1.2.3\n\tx.example/z v0.1.0 // indirect\n)\n',
    ['Go x.example/y 1.2.3', 'Go x.example/z 0.1.0'],
  ],
  [
    'Cargo.lock',
    'version = 4\n',
    'version = 4\n\n[[package]]\nname = "own"\nversion = "0.1.0"\n\n[[package]]\nname = "serde"\nversion = "1.0.1"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "aa"\n',
    ['crates.io serde 1.0.1'],
  ],
  [
    'poetry.lock',
    '',
    '[[package]]\nname = "requests"\nversion = "2.31.0"\ndescription = "x"\n\n[package.dependencies]\nversion = "3"\n',
    ['PyPI requests 2.31.0'],
  ],
  ['requirements.txt', 'a==1.0\n', 'a==1.0\nFlask[async]==2.0.1 ; python_version > "3" --hash=sha256:aa\nb>=2\n', ['PyPI flask 2.0.1']],
  ['Pipfile.lock', '{}', '{"default":{"Django":{"version":"==4.2"}}}', ['PyPI django 4.2']],
  [
    'pom.xml',
    '<project/>',
    '<project><properties><v>1.2</v></properties><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version></dependency></dependencies></project>',
    ['Maven g:a 1.2'],
  ],
];

test.each(formats)('packages that %s brings are known', async (path, before, after, packages) => {
  const files = [{ path, from: path, before, after, isTest: false }];
  const found = await lookAtDependencies({ files, texts: [], unchanged: [], licences: ['MIT'], registries: [] });
  expect(found.packages.map(({ ecosystem, name, version }) => `${ecosystem} ${name} ${version}`).toSorted()).toEqual(packages);
  expect(found.findings.map(({ rule }) => rule)).not.toContain('lockfile-unreadable');
});

test.each([
  ['pnpm-lock.yaml', `a: &a [1]\nb: [${'*a, '.repeat(200)}1]\nlockfileVersion: 9\n`],
  ['pnpm-lock.yaml', '{'.repeat(100_000)],
  ['package-lock.json', '['.repeat(200_000)],
  ['yarn.lock', '{{{{'],
])('a bomb in %s is a finding and not the end', async (path, after) => {
  const files = [{ path, after, isTest: false }];
  const { findings } = await lookAtDependencies({ files, texts: [], unchanged: [], licences: [], registries: [] });
  expect(findings).toMatchObject([{ rule: 'lockfile-unreadable', level: 'medium' }]);
});

const paths: readonly Case[] = [
  ['continuous integration', { '.github/workflows/ci.yml': ['a: 1\n', 'a: 2\n'] }, ['high continuous-integration']],
  ['a hook of git', { '.husky/pre-commit': 'npm test\n' }, ['high git-hooks']],
  [
    'what agents are told',
    { 'CLAUDE.md': 'Obey.\n', 'docs/AGENTS.md': 'x\n', '.cursor/rules/a.md': 'x\n' },
    ['high agent-configuration', 'high agent-configuration', 'high agent-configuration'],
  ],
  ['a container', { Dockerfile: 'FROM x\n' }, ['medium container-file']],
  ['a submodule', { lib: 'x' }, ['high submodule'], { kinds: { lib: 'submodule' } }],
  ['a link within', { 'a/b': '../c' }, ['low new-link'], { kinds: { 'a/b': 'symlink' } }],
  ['a link that leaves', { 'a/b': '../../c' }, ['high link-outside'], { kinds: { 'a/b': 'symlink' } }],
  ['a link to the administration of git', { hook: '.git/hooks' }, ['high link-outside'], { kinds: { hook: 'symlink' } }],
  ['an image', { 'logo.png': 'x' }, [], { binary: ['logo.png'] }],
  ['a binary file', { 'data.dat': 'x' }, ['medium new-binary'], { binary: ['data.dat'] }],
  ['machine code', { 'addon.node': 'x' }, ['high new-program'], { binary: ['addon.node'] }],
  [
    'a program of machine code',
    { tool: 'x' },
    ['high new-program', 'medium new-binary'],
    { binary: ['tool'], kinds: { tool: 'executable' } },
  ],
  ['a script that may be run', { 'run.py': 'print(1)\n' }, ['low executable-bit'], { kinds: { 'run.py': 'executable' } }],
  ['an ordinary file', { 'src/agent.ts': 'export const agent = 1;\n', 'docs/hooks.md': 'x\n' }, []],
];

test.each(paths.map(([name, change, verdict, extras]) => ({ name, change, verdict, extras })))(
  'places: $name',
  async ({ change, verdict, extras }) => {
    expect(await verdictOn(change, extras)).toEqual(verdict.toSorted());
  },
);
