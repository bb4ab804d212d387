import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { publishedLauncher } from '../support/launcher.ts';
import { miyabi } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What works on repositories and in worlds: most of the program. */
const works = /\/(?:evaluation|worlds|agents|adapters\/(?:git|workspace|programs))\/|\/workflow\/handlers\./;

it.each([
  ['--help', [works, /\/adapters\/store\//, /\/node_modules\/(?:zod|kysely)\//]],
  ['status', [works]],
] as const)('`miyabi %s` loads nothing of what it does not need', async (command, unneeded) => {
  await using folder = await temporaryFolder();
  const list = join(folder.path, 'loaded');
  const hook = join(folder.path, 'hook.mjs');
  await writeFile(
    hook,
    `import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({ load: (url, context, next) => (appendFileSync(${JSON.stringify(list)}, url + '\\n'), next(url, context)) });
`,
  );
  const env = { NODE_OPTIONS: `--import=${pathToFileURL(hook).href}` };
  const options = { cwd: folder.path, state: join(folder.path, 'state'), env, launcher: publishedLauncher };
  expect(await miyabi([command], options)).toMatchObject({ code: 0 });
  const loaded = (await readFile(list, 'utf8')).trim().split('\n');
  expect(loaded).toContainEqual(expect.stringMatching(/\/cli\/command-line\.[jt]s$/));
  expect(loaded.filter((url) => unneeded.some((pattern) => pattern.test(url)))).toEqual([]);
});
