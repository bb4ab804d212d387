import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** How a program is named where one is started: as the first word of a command, or as what is spawned, or within a shell's line. */
const startsGit = [
  /(?<![\w\])])\[\s*['"`](?:[^'"`\s]*\/)?git['"`]/,
  /\b(?:spawn|exec|execa|execFile|fork)\w*\(\s*['"`](?:[^'"`]*[\s/])?git\b/,
  /['"`]-l?c['"`]\s*,\s*['"`](?:[^'"`]*[\s;&|(])?git\s/,
];

const wrapper = 'src/adapters/git/git-command.ts';

test('git is started in one place of the sources, and in none of the launcher', () => {
  const files = [
    ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) => `src/${name}`),
    ...readdirSync(join(root, 'bin')).map((name) => `bin/${name}`),
  ].filter((name) => /\.[cm]?[jt]s$/.test(name) && !/\.test\.ts$|\/testing\//.test(name));
  expect(files.length).toBeGreaterThan(200);
  const starting = files.filter((name) => startsGit.some((pattern) => pattern.test(readFileSync(join(root, name), 'utf8'))));
  expect(starting).toEqual([wrapper]);
});

test.each([
  `run({ command: ['git', 'status'] })`,
  `run({ command: ["/usr/bin/git", 'status'] })`,
  `run({ command: [\n  'git',\n  'status',\n] })`,
  `execFile('git', ['status'])`,
  `spawnSync("git")`,
  `execSync('git status')`,
  `execSync('cd x && git status')`,
  `run({ command: ['sh', '-c', 'cd x; git status'] })`,
])('the way %j is seen', (code) => {
  expect(startsGit.some((pattern) => pattern.test(code))).toBe(true);
});
