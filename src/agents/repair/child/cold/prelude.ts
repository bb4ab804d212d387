import { fileURLToPath } from 'node:url';
import { hitName, tickName } from '../edits/instrument.ts';
import { pickName } from './switches.ts';

/** Fuel of a whole realm: tests share it here, so it is not measured but ample; a run has its time limit besides. */
const coldFuel = 50_000_000;

const probe = fileURLToPath(new URL('./hooks/probe.cjs', import.meta.url));

/**
 * What stands before a file's first statement. Comments there tell a transformer how JSX is meant, and directives whether
 * the code is strict: neither is seen behind a statement.
 */
const beforeCode = /^(?:#!.*)?(?:\s|\/\/.*|\/\*[^]*?\*\/|(['"])use [\w -]+\1(?:\s*;|(?=\s*\n)))*/;

/**
 * The functions that instrumented code calls, loaded in front of the file's own first statement, so that no line moves. They are
 * loaded by Node itself: a runner neither transforms them nor can a test have put others in their place.
 *
 * @param hitsFolder where statements that ran are written.
 */
export function withProbes(text: string, hitsFolder: string): string {
  if (![hitName, tickName, pickName].some((name) => text.includes(`${name}(`))) return text;
  const head = beforeCode.exec(text)?.[0] ?? '';
  const program = JSON.stringify(probe);
  const load = `process.getBuiltinModule('node:module').createRequire(${program})(${program})`;
  const probes = `globalThis.${tickName} ?? ${load}.install(globalThis, ${JSON.stringify(hitsFolder)}, ${coldFuel});`;
  return `${head}${probes}${text.slice(head.length)}`;
}
