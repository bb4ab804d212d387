import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'rolldown';

/** Libraries of many small files that commands load. Whatever is not among them is found and loaded where it is installed. */
const libraries = [
  '@hono/node-server',
  '@octokit/auth-app',
  '@octokit/core',
  '@octokit/plugin-paginate-rest',
  '@octokit/plugin-rest-endpoint-methods',
  '@octokit/webhooks',
  'commander',
  'hono',
  'kysely',
  'semver',
  'string-width',
  'uuid',
  'zod',
];

/** What the launcher loads; all other programs and threads are named by the modules that start them. */
const launched = ['main.js', 'app-quick-status.js', 'adapters/namespace/enter-program.js'];

/** Stands for the address of a module until it is known in which file it comes to lie. */
const mark = /__moduleAt\("([^"]+)"\)/g;

/**
 * Links each program of a built product with its libraries into few files, under the names they had: the tests start some thousand programs, and
 * finding, reading and linking hundreds of modules was a third of what each of them cost.
 * @param {string} dist with the modules as they are published.
 * @param {string} into gets the programs. What modules read beside themselves has to lie there too.
 */
export async function linkPrograms(dist, into) {
  const programs = [...launched, ...startedPrograms(dist)];
  await build({
    input: Object.fromEntries(programs.map((program) => [program.replace(/\.js$/, ''), path.join(dist, program)])),
    output: { dir: into, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'linked/[name]-[hash].js' },
    platform: 'node',
    treeshake: false,
    logLevel: 'silent',
    external: (id) => !/^[./]/.test(id) && !libraries.some((library) => id === library || id.startsWith(`${library}/`)),
    plugins: [
      {
        name: 'module-addresses',
        transform: (code, id) =>
          id.startsWith(dist) && code.includes('import.meta.url')
            ? code.replaceAll('import.meta.url', `__moduleAt(${JSON.stringify(path.relative(dist, id))})`)
            : undefined,
        renderChunk: (code, chunk) =>
          code.replaceAll(mark, (_, module) => {
            const way = path.relative(path.dirname(chunk.fileName), module);
            return `new globalThis.URL(${JSON.stringify(way)}, import.meta.url).href`;
          }),
      },
    ],
  });
}

/**
 * @param {string} dist
 * @returns {string[]} programs and threads that modules start, relative to the folder.
 */
function startedPrograms(dist) {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) =>
      [...readFileSync(path.join(dist, name), 'utf8').matchAll(/entryPoint\(import\.meta\.url, '([^']+)'\)/g)].map(([, program]) =>
        path.join(path.dirname(name), `${program}.js`),
      ),
    );
}
