/**
 * Records a real run for the README: `node scripts/record.mjs [command ...]`, by default `miyabi demo`.
 *
 * The command runs in a pseudo terminal (`script` of util-linux, so on Linux only). What it prints goes to
 * docs/demo.cast (asciicast v2, as it happened) and, with long waits cut short, to docs/demo.svg. The program that
 * draws is fetched into npm's cache for the occasion and is no dependency of the project.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { asciicast, shortenWaits } from './support/asciicast.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const size = { width: 110, height: 32 };
const renderer = 'svg-term-cli@2.1.1';

function record(command, folder) {
  const output = path.join(folder, 'output');
  const timing = path.join(folder, 'timing');
  // Where the recorder has no terminal itself, the new one has no size until somebody gives it one.
  const sized = `stty cols ${size.width} rows ${size.height}; exec ${command.map(quoted).join(' ')}`;
  const env = { ...process.env, TERM: 'xterm-256color', FORCE_COLOR: '1' };
  delete env.CI;
  delete env.NO_COLOR;
  const ended = spawnSync('script', ['-q', '-e', '-E', 'never', '-c', sized, '-O', output, '-T', timing], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  if (ended.error !== undefined) throw new Error(`script could not be started: ${ended.error.message}`);
  if (ended.status !== 0) throw new Error(`The recorded command ended with ${ended.status}; nothing was written.`);
  return asciicast(size, readFileSync(output), readFileSync(timing, 'utf8'));
}

function draw(cast, file, folder) {
  const input = path.join(folder, 'short.cast');
  writeFileSync(input, cast);
  const args = ['exec', '--yes', `--package=${renderer}`, '--', 'svg-term', '--in', input, '--out', file, '--window', '--no-cursor'];
  // In a folder of its own: beside the project's packages it would take theirs.
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${renderer} could not draw the recording; docs/demo.cast is complete.`);
}

function quoted(word) {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

const given = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'miyabi-record-'));
try {
  const cast = record(given.length > 0 ? given : [process.execPath, 'bin/miyabi.js', 'demo'], folder);
  writeFileSync(path.join(root, 'docs/demo.cast'), cast);
  draw(shortenWaits(cast, 1), path.join(root, 'docs/demo.svg'), folder);
  console.error('Wrote docs/demo.cast and docs/demo.svg');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
