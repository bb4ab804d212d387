/**
 * Builds `dist/` from `src/` with the compiler alone: what is published is what was written, file by file, and the texts that are read at run
 * time beside it. Of the declarations those are kept that somebody outside can come to see. The dashboard is linked into `dist/dashboard`.
 * `node scripts/build.mjs <folder>` builds it there.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from './support/build-dashboard.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const into = path.resolve(process.argv[2] ?? root);
const dist = path.join(into, 'dist');

// A file that is gone from the sources must be gone from the package.
rmSync(dist, { recursive: true, force: true });
const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', dist], { cwd: root, stdio: 'inherit' });
if (status === 0) {
  removeUnseenDeclarations();
  copyTexts();
}
process.exitCode = (status ?? 1) || (await buildDashboard(root, path.join(dist, 'dashboard')));

/** The compiler leaves behind what it does not read: prompts are Markdown, some programs that report on tests are Python and Groovy. */
function copyTexts() {
  cpSync(path.join(root, 'docs/schemas/config.schema.json'), path.join(dist, 'schemas/config.schema.json'));
  for (const name of ['agents/model/prompts', 'evaluation/checks/hooks/python', 'evaluation/checks/hooks/gradle-init.gradle'])
    cpSync(path.join(root, 'src', name), path.join(dist, name), { recursive: true, filter: (from) => !from.endsWith('__pycache__') });
}

/** Removes the declarations to which no export of the package leads. */
function removeUnseenDeclarations() {
  /** @type {{ exports: Record<string, string | { types: string }> }} */
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const seen = new Set();
  for (const target of Object.values(manifest.exports)) if (typeof target !== 'string') follow(path.join(into, target.types), seen);
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(dist, name);
    if (/\.d\.[cm]?ts$/.test(name) && !seen.has(file)) rmSync(file);
  }
}

/**
 * @param {string} declaration
 * @param {Set<string>} seen
 */
function follow(declaration, seen) {
  if (seen.has(declaration)) return;
  seen.add(declaration);
  for (const [, imported = ''] of readFileSync(declaration, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]+)\.[tj]s['"]/g))
    follow(path.resolve(path.dirname(declaration), `${imported}.d.ts`), seen);
}
