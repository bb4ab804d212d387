import { posix } from 'node:path';
import { inside } from './named.ts';

const settings =
  /["']?(?:setupFiles(?:AfterEnv)?|globalSetup|globalTeardown|snapshotSerializers|testEnvironment|testRunner|resolver|reporters|transform|require|file|import|extends|plugins|jsPlugins|ignorePath)["']?\s*:\s*(\[[^\]]*\]|\{[^}]*\}|["'][^"']*["'])/g;

/** Paths of files that a configuration has loaded: what its known settings name. `from`: the folder it lies in. */
export function filesInConfiguration(text: string, from: string): string[] {
  const quoted = [...text.matchAll(settings)].flatMap(([, value = '']) =>
    [...value.matchAll(/["']([^"']+)["']/g)].map(([, path = '']) => path),
  );
  const listed = [...text.matchAll(/^\s*(?:-|require:|file:|extends:|import:)\s+["']?([\w@./-]+)["']?\s*$/gm)].map(([, path = '']) => path);
  return [...quoted, ...listed]
    .filter((path) => path.startsWith('.') || path.includes('/'))
    .flatMap((path) => inside(posix.join(from, path.replace(/^<rootDir>\//, ''))));
}

/** Local modules that a program in a folder of its own takes from that very folder. */
export function importsBeside(text: string, path: string): string[] {
  const folder = posix.dirname(path);
  if (folder === '.' || /^(?:src|lib|app)(?:\/|$)/.test(folder)) return [];
  return [...text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g)]
    .map(([, specifier = '']) => posix.join(folder, specifier))
    .filter((named) => named.startsWith(`${folder}/`));
}
