/* oxlint-disable node/no-process-env -- It runs among the target's programs, and is told there what it must know. */
'use strict';
/**
 * Cargo starts each program of tests through this one. libtest lists its tests beforehand and logs each as it ends into a file, apart
 * from what tests print: both are stable. Its stdout goes to stderr, so that what cargo prints on stdout comes from rustdoc alone.
 */
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { takeReports } = require('./reporting.cjs');

const [binary, ...given] = process.argv.slice(1);
/** In bytes; what is said of failures stands at the end of what libtest prints. */
const keptOutput = 4 * 1024 * 1024;
const isTestProgram = path.basename(path.dirname(binary)) === 'deps';
const open = isTestProgram && !given.includes('--list') ? takeReports() : undefined;
for (const name of Object.keys(process.env)) if (/^CARGO_TARGET_\w+_RUNNER$|^MIYABI_CARGO_RUNNER$/.test(name)) delete process.env[name];

const endLike = (code, signal) => (signal === null ? process.exit(code) : process.kill(process.pid, signal));
// Whoever ends the tests ends them all; what they told until then is told.
const outlive = () => ['SIGTERM', 'SIGINT', 'SIGHUP'].forEach((signal) => process.on(signal, () => undefined));
const forget = () => ['SIGTERM', 'SIGINT', 'SIGHUP'].forEach((signal) => process.removeAllListeners(signal));

/** `adder-c3bb584dd17800fd` in the package `adder`. */
function namesOfTarget() {
  const target = path.basename(binary).replace(/-[0-9a-f]{16}$/, '');
  const inPackage = process.env.CARGO_PKG_NAME ?? target;
  return inPackage.replaceAll('-', '_') === target ? [inPackage] : [inPackage, target];
}

/** `ok name`, `failed name`, `ignored: reason name`; names hold no spaces. */
function resultsIn(log) {
  const words = { ok: 'passed', failed: 'failed', ignored: 'skipped' };
  return log.split('\n').flatMap((row) => {
    const found = /^(ok|failed|ignored)\b.* (\S+)$/.exec(row) ?? /^(ok|failed|ignored) (\S+)$/.exec(row);
    return found === null ? [] : [[found[2], words[found[1]]]];
  });
}

function messageOf(name, output) {
  const heading = `---- ${name} stdout ----\n`;
  const at = output.indexOf(heading);
  if (at === -1) return undefined;
  const text = output.slice(at + heading.length);
  return text
    .slice(
      0,
      Math.min(...['\n---- ', '\nfailures:\n', 'stack backtrace:'].map((end) => text.indexOf(end)).filter((end) => end >= 0), 2_000),
    )
    .trim();
}

function runPlainly(stdio, atEnd) {
  outlive();
  spawn(binary, given, { stdio }).on('exit', (code, signal) => {
    forget();
    atEnd?.(code, signal);
    endLike(code, signal);
  });
}

/** A program with a harness of its own is one test. */
function runAsOne(report) {
  runPlainly(['inherit', 2, 'inherit'], (code) => {
    report.write(`${JSON.stringify({ names: [...namesOfTarget(), '(whole file)'], status: code === 0 ? 'passed' : 'failed' })}\n`);
    if (code !== null) report.write('{"end":true}\n');
    report.end();
  });
}

function runLibtest(report) {
  const listed = spawnSync(binary, [...given, '--list', '--format', 'terse'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const expected = new Set(listed.stdout.split('\n').flatMap((row) => /^(.+): (?:test|benchmark)$/.exec(row)?.[1] ?? []));
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'miyabi-'));
  const log = path.join(folder, 'log');
  let output = '';
  outlive();
  const child = spawn(binary, [...given, '--logfile', log], { stdio: ['inherit', 'pipe', 'inherit'] });
  child.stdout.on('data', (chunk) => {
    process.stderr.write(chunk);
    output = (output + chunk).slice(-keptOutput);
  });
  child.on('close', (code, signal) => {
    forget();
    const results = resultsIn(fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : '');
    fs.rmSync(folder, { recursive: true, force: true });
    for (const [name, status] of results) {
      const message = status === 'failed' ? messageOf(name, output) : undefined;
      report.write(`${JSON.stringify({ names: [...namesOfTarget(), ...name.split('::')], status, message })}\n`);
    }
    // Each of them once, no other, and an exit code that agrees.
    const told = new Set(results.map(([name]) => name));
    const isWhole = told.size === results.length && told.size === expected.size && results.every(([name]) => expected.has(name));
    const hasFailed = results.some(([, status]) => status === 'failed');
    if (listed.status === 0 && isWhole && code === (hasFailed ? 101 : 0)) {
      report.write('{"end":true}\n');
      report.end();
    }
    endLike(code, signal);
  });
}

if (open === undefined) runPlainly('inherit');
else {
  const report = open('cargo', '.jsonl');
  report.write('{"start":true}\n');
  if (fs.readFileSync(binary).includes('Write logs to the specified file')) runLibtest(report);
  else runAsOne(report);
}
