import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Where tests lie. */
const folders = ['src', 'test', 'scripts', 'bench'];
const whole = /@module-tag campaign/;
const inPart = /support\/campaign\.ts'|\['campaign'\]/;

/**
 * Finds the campaigns in the text of the tests: of hundreds of files vitest would find out one by one, by loading them, and some of them begin with
 * a database or a container.
 *
 * @param {string} root of the checkout.
 * @returns {{ whole: string[], inPart: string[] }} files relative to it that are campaigns altogether, and such as have some.
 */
export function campaignFiles(root) {
  const files = folders
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)))
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }));
  const named = (list) => list.map(({ name }) => name);
  return {
    whole: named(files.filter(({ text }) => whole.test(text))),
    inPart: named(files.filter(({ text }) => !whole.test(text) && inPart.test(text))),
  };
}
