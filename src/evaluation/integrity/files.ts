import { isNamedAsTest, liesAmongTests } from '../../domain/test-paths.ts';

const code = /\.(?:[cm]?[jt]sx?|vue|svelte|pyi?|go|rs|java|kts?|scala|groovy|cs|fs|vb|rb|exs?|php|sh|bash|bats|c|cc|cpp|h|hpp|swift|dart)$/;

/** Folders in which whatever tests compare with lies beside them. */
const dataFolder =
  /(?:^|\/)(?:tests?|__tests__|__snapshots__|__fixtures__|fixtures|testdata|test-data|snapshots|golden|src\/test\/resources)\/|\.(?:golden|approved\.\w+|verified\.\w+)$/;

/** Words to people, which lie beside tests too. */
const words = /(?:^|\/)(?:readme|changelog|contributing|notes|todo|licen[cs]e|agents|claude)[^/]*\.(?:mdx?|txt|rst)$/i;

/** Whether a path is one at which test runners look for tests, or for what tests compare with. */
export function isTestFile(path: string): boolean {
  if (words.test(path)) return false;
  if (/\.(?:mdx?|txt)$/i.test(path)) return dataFolder.test(path);
  return isNamedAsTest(path) || dataFolder.test(path) || (liesAmongTests(path) && code.test(path)) || /(?:^|\/)conftest\.py$/.test(path);
}

/** Whether a file is made of tests only, by its name: nothing else takes anything from it. */
export function holdsOnlyTests(path: string): boolean {
  // Those of one folder make up one package in Go, and what they share may lie in any of them.
  return isNamedAsTest(path) && !/_test\.go$|\.snap$/.test(path) && code.test(path);
}

/** Whether a file holds a program. */
export function isCode(path: string): boolean {
  return code.test(path);
}
