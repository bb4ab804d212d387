/**
 * Writes down what the package consists of, as CycloneDX in JSON: `npm run sbom`, or `node scripts/sbom.mjs <file>`; without a file `sbom.cdx.json`.
 *
 * That is everything which the lock file installs for users, on all platforms, and the libraries that are linked into the dashboard, which is built for
 * it. It belongs to a version and is no part of the repository.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from './support/build-dashboard.mjs';
import { forUsers, withLinkedLibraries } from './support/software-bill.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/**
 * What npm installs for users. It is asked where nothing else is known: of the whole lock file npm leaves out whatever a tool of the development needs
 * as well, and refuses to say anything where such tools do not agree about what they need.
 */
function installed() {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'miyabi-sbom-')), manifest.name);
  try {
    mkdirSync(folder);
    for (const [name, content] of Object.entries(
      forUsers(manifest, JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))),
    ))
      writeFileSync(path.join(folder, name), JSON.stringify(content));
    const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only', '--loglevel=error'];
    const { status, stdout, stderr, error } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    if (status !== 0) throw new Error(`npm sbom failed: ${error?.message ?? stderr.trim()}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(path.dirname(folder), { recursive: true, force: true });
  }
}

/** @returns the libraries that the dashboard is linked with, once it is built. */
async function linked() {
  const folder = mkdtempSync(path.join(tmpdir(), 'miyabi-sbom-'));
  try {
    if ((await buildDashboard(root, folder)) !== 0) throw new Error('The dashboard could not be built.');
    return JSON.parse(readFileSync(path.join(folder, 'licenses.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const file = process.argv[2] ?? path.join(root, 'sbom.cdx.json');
const bill = withLinkedLibraries(installed(), await linked());
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
console.log(`${bill.components.length} components in ${file}`);
