import { fileURLToPath } from 'node:url';
import type { ProjectReader } from '../project-reader.ts';
import { parseCargo } from '../reports/cargo.ts';
import { parseClippy } from '../reports/clippy.ts';
import { askedFor, cacheFolder } from './asked-for.ts';
import { commandOf, type Detected, type EcosystemEntry } from './ecosystem.ts';

const hook = fileURLToPath(new URL('../hooks/cargo-runner.cjs', import.meta.url));

const machines = [
  'X86_64_UNKNOWN_LINUX_GNU',
  'X86_64_UNKNOWN_LINUX_MUSL',
  'AARCH64_UNKNOWN_LINUX_GNU',
  'AARCH64_UNKNOWN_LINUX_MUSL',
] as const;
const macs = ['AARCH64_APPLE_DARWIN', 'X86_64_APPLE_DARWIN'] as const;

/** Cargo splits the value at spaces, which the path of the hook may hold. */
const throughHook = 'node --eval=require(process.env.MIYABI_CARGO_RUNNER)';

/** Crates and workspaces. */
export const rust: EcosystemEntry = {
  name: 'rust',
  marks: ['Cargo.toml'],
  runners: [
    {
      runner: 'cargo',
      called: /\bcargo\s+(?:\+\S+\s+)?(?:test|t|nextest)\b/,
      name: 'cargo',
      sealed: true,
      environment: () => ({
        MIYABI_CARGO_RUNNER: hook,
        ...Object.fromEntries([...machines, ...macs].map((machine) => [`CARGO_TARGET_${machine}_RUNNER`, throughHook])),
      }),
      printed: true,
      parse: parseCargo,
    },
  ],
  linters: [{ called: /\bcargo clippy\b/, parse: parseClippy }],
  environment: (base) => ({
    CARGO_TARGET_DIR: `${cacheFolder(base)}/cargo-target`,
    CARGO_TERM_COLOR: 'never',
    // Nothing is built twice here.
    CARGO_INCREMENTAL: '0',
  }),
  async detect(reader) {
    const manifest = await reader.readFile('Cargo.toml');
    return manifest === undefined ? undefined : await detected(reader, manifest);
  },
};

async function detected(reader: ProjectReader, manifest: string): Promise<Detected> {
  const files = await reader.list();
  const asked = await askedFor(reader);
  const all = /^\s*\[workspace[\].]/m.test(manifest) ? ['--workspace'] : [];
  const lock = await reader.readFile('Cargo.lock');
  const hasDependencies =
    lock === undefined ? /^\s*\[(?:[\w.-]+\.)?(?:dev-|build-)?dependencies/m.test(manifest) : /^source = /m.test(lock);
  const install = hasDependencies ? commandOf(['cargo', 'fetch', ...(lock === undefined ? [] : ['--locked'])]) : undefined;
  const isClippy = files.some((path) => /^\.?clippy\.toml$/.test(path)) || /^\s*\[(?:workspace\.)?lints\.clippy\]/m.test(manifest);
  const lint =
    isClippy || /\bcargo clippy\b/.test(asked)
      ? commandOf(['cargo', 'clippy', ...all, '--all-targets', '--message-format=json'])
      : undefined;
  const isFormatted = files.some((path) => /^\.?rustfmt\.toml$/.test(path)) || /\bcargo fmt\b/.test(asked);
  return {
    ...(install === undefined ? {} : { install }),
    build: commandOf(['cargo', 'build', ...all]),
    test: { ...commandOf(['cargo', 'test', '--no-fail-fast', ...all]), runner: 'cargo' },
    ...(lint === undefined ? {} : { lint }),
    ...(isFormatted ? { format: commandOf(['cargo', 'fmt', '--all', '--', '--check', '-l']) } : {}),
    reasons: [
      ...(install === undefined ? ['No install: it depends on nothing.'] : []),
      'No type check: the build of Rust is one.',
      ...(lint === undefined ? ['No linter: the project does not name clippy.'] : []),
      ...(isFormatted ? [] : ['No format check: the project does not name cargo fmt.']),
    ],
  };
}
