import { posix } from 'node:path';
import { z } from 'zod';
import { isCode, isTestFile } from '../files.ts';

/** The base of a change. */
export interface BaseFiles {
  readonly read: (path: string) => Promise<string | undefined>;
  /** Paths of all its files. */
  readonly list: () => Promise<readonly string[]>;
}

/** By its name or its folder a program that looks at others. */
const judgingName =
  /(?:^|[-_.])(?:(?:self[-_]?)?(?:tests?|checks?)|tester|testing|checker|spec|specs|verify|verifier|validate|validator|assert\w*|lint|linter|ci|smoke|bench|benchmark|coverage|run|runner|e2e|fuzz|golden|harness|build|release)(?=[-_.]|$)/i;
const judgingFolder =
  /(?:^|\/)(?:scripts?|tools?|ci|\.ci|hack|build|dev|devtools?|checks?|e2e|bench(?:marks?)?|harness|qa|make|tasks|\.github|config)\//i;
const productFolder =
  /^(?:(?:packages|apps|crates|services|modules)\/[^/]+\/)?(?:src|lib|source|sources|app|cmd|pkg|internal|server|client)\//;
const entryName = /^(?:__main__|main|index|app|cli|server|program)$/i;
/** Programs that are read for what they take from others. */
const mostRead = 100;

/**
 * Whether a program that the checks run is part of the product: what is judged, and not what judges. All of it is read from the base.
 *
 * What the project publishes or installs as its own (`bin`, `main`, `exports`, console scripts) is the product. Else what a name or a folder
 * calls a check, a test or a script is none. Else it is where it lies where products lie, is called as their entries are or as the project
 * is, is taken from by other source, or is all the source there is. A shell script is only where it is published.
 */
export async function isProduct(path: string, base: BaseFiles): Promise<boolean> {
  if (isTestFile(path)) return false;
  const { entries, name } = await publishedBy(base);
  if (entries.some((entry) => isSame(entry, path))) return true;
  const file = posix.basename(path).replace(/\.\w+$/, '');
  if (/\.(?:sh|bash|bats)$/.test(path) || !isCode(path) || judgingName.test(file) || judgingFolder.test(path)) return false;
  if (productFolder.test(path) || entryName.test(file)) return true;
  if (name !== undefined && plainName(file) === plainName(name)) return true;
  const sources = (await base.list()).filter((each) => isSource(each));
  if (sources.every((each) => each === path)) return true;
  return await isTakenFrom(path, sources, base);
}

function isSource(path: string): boolean {
  const name = posix.basename(path).replace(/\.\w+$/, '');
  return (
    isCode(path) &&
    !isTestFile(path) &&
    !/\.(?:sh|bash)$|\.config\.|(?:^|\/)(?:node_modules|vendor)\/|(?:^|\/)\.|^(?:setup|conftest|noxfile)\.py$/.test(path) &&
    !judgingName.test(name) &&
    !judgingFolder.test(path)
  );
}

function isSame(entry: string, path: string): boolean {
  const normal = posix.normalize(entry).replace(/^\.\//, '');
  return [
    normal,
    ...['.js', '.cjs', '.mjs', '.ts', '.py', '/index.js', '/__main__.py', '/__init__.py'].map((ending) => normal + ending),
  ].some((each) => each === path || `src/${each}` === path);
}

const manifest = z.looseObject({ name: z.string().optional().catch(undefined) });

/** What the project hands out to others, and what it is called. */
async function publishedBy({ read }: BaseFiles): Promise<{ readonly entries: readonly string[]; readonly name: string | undefined }> {
  const [npm, pyproject, setup, cargo] = await Promise.all(['package.json', 'pyproject.toml', 'setup.cfg', 'Cargo.toml'].map(read));
  const parsed = jsonOf(npm);
  const { main, module, bin, exports, browser, name } = { ...parsed } as Readonly<Record<string, unknown>>;
  const scripts = z.looseObject({ start: z.string().optional() }).safeParse(parsed?.['scripts']).data?.start ?? '';
  const started = scripts.split(/[\s"';&|]+/).filter((word) => /\.[cm]?[jt]sx?$/.test(word));
  const python = [
    ...`${pyproject ?? ''}\n${setup ?? ''}`.matchAll(
      /^[ \t]*["']?[\w.-]{1,100}["']?[ \t]*=[ \t]*["']?([\w.]{1,200}):[\w.]{1,100}["']?[ \t\r]*$/gm,
    ),
  ];
  const rust = [...(cargo ?? '').matchAll(/^[ \t]*path[ \t]*=[ \t]*"([^"\n]{1,200})"/gm)];
  const toml = /^[ \t]*name[ \t]*=[ \t]*["']([\w.-]{1,100})["']/m.exec(pyproject ?? cargo ?? '')?.[1];
  return {
    entries: [
      ...[main, module, bin, exports, browser].flatMap((value) => textsIn(value)),
      ...started,
      ...python.map(([, path = '']) => path.replaceAll('.', '/')),
      ...rust.map(([, path = '']) => path),
    ],
    name: typeof name === 'string' ? name.replace(/^@[^/]*\//, '') : toml,
  };
}

function jsonOf(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    return manifest.safeParse(JSON.parse((text ?? '{}').replace(/^\uFEFF/, ''))).data;
  } catch {
    return undefined; // What cannot be read publishes nothing; what reads it for the checks says so.
  }
}

function textsIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 6) return [];
  return Object.values(value).flatMap((inner) => textsIn(inner, depth + 1));
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Whether other source brings it in by its name. */
async function isTakenFrom(path: string, sources: readonly string[], { read }: BaseFiles): Promise<boolean> {
  const file = posix
    .basename(path)
    .replace(/\.\w+$/, '')
    .replace(/[^\w-]/g, '\\$&');
  const wanted = new RegExp(
    `(?:\\bfrom|\\bimport|\\brequire)\\s{0,20}\\(?\\s{0,20}["'][^"'\\n]{0,200}/${file}(?:\\.\\w+)?["']|^[ \\t]{0,100}(?:from|import)[ \\t]{1,20}[\\w.]{0,200}\\b${file}\\b`,
    'm',
  );
  for (const each of sources.filter((one) => one !== path).slice(0, mostRead)) if (wanted.test((await read(each)) ?? '')) return true;
  return false;
}
