/**
 * Completes package-lock.json with the platform packages that npm left out of it: `node scripts/complete-lockfile.mjs
 * [folder ...]` after a dependency was added or changed.
 *
 * Native tools ship one optional package for each platform. Where the registry in use has only some of them, npm
 * writes a lock file without the others and `npm ci` then refuses that file everywhere. The missing entries follow
 * from the exact version that the tool asks for and from the platform in their names; npm verifies them by the
 * registry's signature only, as there is no checksum at hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32', 'aix', 'netbsd', 'openbsd', 'sunos', 'wasm32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32', 'mips64el'];

/**
 * @param {Record<string, any>} packages the lock file's `packages`
 * @returns {Record<string, object>} the entries that are asked for as optional and are not there
 */
export function missingPlatformPackages(packages) {
  const missing = {};
  for (const [owner, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isPlaced(packages, owner, name)) continue;
      missing[`node_modules/${name}`] = platformEntry(name, version, entry);
    }
  }
  return missing;
}

/** Found as Node would find it: beside the owner, or in any folder above. */
function isPlaced(packages, owner, name) {
  for (let folder = owner; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (!folder.includes('/node_modules/')) return packages[`node_modules/${name}`] !== undefined;
  }
}

function platformEntry(name, version, owner) {
  if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version))
    throw new Error(`${name}@${version} is no exact version: add it to package-lock.json by hand.`);
  const words = name.split('/').at(-1).split('-');
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.some((word) => word === processor)) ?? 'arm';
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : undefined;
  return {
    version,
    cpu: [cpu],
    ...(owner.dev === true ? { dev: true } : {}),
    ...(libc === undefined ? {} : { libc }),
    license: owner.license ?? 'MIT',
    optional: true,
    ...(os === undefined || os === 'wasm32' ? {} : { os: [os] }),
  };
}

function complete(file) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingPlatformPackages(lock.packages);
  const entries = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(entries.toSorted(([left], [right]) => left.localeCompare(right, 'en')));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} platform packages added to ${file}`);
}

if (import.meta.main) {
  for (const folder of process.argv.length > 2 ? process.argv.slice(2) : ['.']) complete(`${folder}/package-lock.json`);
}
