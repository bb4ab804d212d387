/**
 * Runs one benchmark in a process of its own: `npm run bench -- <name> [arguments]`; `--list` names them all.
 *
 * A benchmark is a file `bench/<name>.ts` whose first comment begins with a line that says what it measures.
 * With `--json` its last line is one object: see `support/figures.ts`.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

export interface Benchmark {
  readonly name: string;
  /** The first line of the file's first comment. */
  readonly description: string;
}

/** All benchmarks of a folder, by name. */
export function benchmarks(directory: string): readonly Benchmark[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'run.ts')
    .toSorted()
    .map((file) => ({ name: file.slice(0, -'.ts'.length), description: firstLine(readFileSync(`${directory}/${file}`, 'utf8')) }));
}

function firstLine(source: string): string {
  const comment = /^\s*\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? '';
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*?\s*/, '').trim());
  return lines.find((line) => line !== '') ?? '(says nothing about itself)';
}

function list(known: readonly Benchmark[]): string {
  const width = Math.max(...known.map(({ name }) => name.length));
  return known.map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n');
}

function run(name: string, rest: readonly string[]): void {
  const child = spawn(process.execPath, [`${folder}/${name}.ts`, ...rest], { stdio: 'inherit' });
  // An interrupt at the terminal reaches the child by itself; this process waits for its end.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
}

function main([name, ...rest]: readonly string[]): void {
  const known = benchmarks(folder);
  if (name === '--list') {
    console.log(list(known));
  } else if (name !== undefined && known.some((one) => one.name === name)) {
    run(name, rest);
  } else {
    console.error(
      `${name === undefined ? 'Name a benchmark' : `There is no benchmark "${name}"`}: npm run bench -- <name> [arguments].\n${list(known)}`,
    );
    process.exitCode = 2;
  }
}

if (import.meta.main) main(process.argv.slice(2));
