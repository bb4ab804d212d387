/* oxlint-disable node/no-process-env -- It runs in the target's program, and is told what it must know there. */
'use strict';
/** Makes vitest, jest, mocha, ava, tape and the linters write what a machine can read, where only they know. */
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const Module = require('node:module');
const { isMainThread } = require('node:worker_threads');
const { mayReport, takeReports } = require('./reporting.cjs');

// What is added, and which of the script's own options it takes the place of. Without an 'instead', an own format is left alone.
const programs = [
  {
    program: /[\\/]vitest[\\/]vitest\.mjs$/,
    instead: /^--(reporter|outputFile)(\.\w+)?$/,
    add: (open) => ['--reporter=default', '--reporter=json', `--outputFile.json=${written(open, 'vitest')}`],
  },
  {
    program: /[\\/]jest(-cli)?[\\/]bin[\\/]jest\.js$/,
    instead: /^--outputFile$/,
    add: (open) => ['--json', `--outputFile=${written(open, 'jest')}`],
  },
  {
    program: /[\\/]mocha[\\/](bin[\\/]_?mocha(\.js)?|lib[\\/]cli[\\/]cli\.js)$/,
    instead: /^(--reporter|-R|--reporter-options?|-O)$/,
    add: (open) => ['--reporter', 'json', '--reporter-option', `output=${written(open, 'mocha')}`],
  },
  {
    program: /[\\/]ava[\\/]entrypoints[\\/]cli\.mjs$/,
    instead: /^(--tap|-t)$/,
    valueless: true,
    add: (open) => (printed(open, 'ava'), ['--tap']),
  },
  {
    program: /[\\/]eslint[\\/]bin[\\/]eslint\.js$/,
    unless: /^(--format|-f|--output-file|-o)(=|$)/,
    add: (open) => ['--format', 'json', '--output-file', written(open, 'eslint')],
  },
  { program: /[\\/]oxlint[\\/]bin[\\/]oxlint$/, unless: /^(--format|-f)(=|$)/, add: () => ['--format=json'] },
  {
    program: /[\\/]@biomejs[\\/]biome[\\/]bin[\\/]biome$/,
    only: /^(lint|check|ci|format)$/,
    unless: /^--reporter(=|$)/,
    instead: /^--max-diagnostics$/,
    add: () => ['--reporter=json', '--max-diagnostics=none'],
  },
];

/**
 * The program is asked to write its report into a file that never comes to be: what it writes there in one piece becomes the report. So
 * nothing that can be seen of it (its arguments, what it tells its workers) says where the report lies.
 */
function written(open, runner) {
  const { randomBytes } = require('node:crypto');
  const asked = path.join(tmpdir(), `miyabi-${randomBytes(8).toString('hex')}.json`);
  const seal = (text) => {
    const report = open(runner, '.json');
    report.write(text);
    report.end();
  };
  const { writeFileSync, writeFile, promises } = fs;
  const { writeFile: writeFileAsync } = promises;
  fs.writeFileSync = (file, text, ...rest) => (file === asked ? seal(text) : writeFileSync(file, text, ...rest));
  fs.writeFile = (file, text, ...rest) => {
    if (file !== asked) return writeFile(file, text, ...rest);
    seal(text);
    return process.nextTick(rest.at(-1), null);
  };
  promises.writeFile = async (file, text, ...rest) => (file === asked ? seal(text) : await writeFileAsync(file, text, ...rest));
  Module.syncBuiltinESMExports();
  return asked;
}

/** What a program prints itself on stdout is its report; its tests run elsewhere. */
function printed(open, runner) {
  const report = sealedAtExit(open(runner, '.tap'));
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk, ...rest) => {
    report.write(chunk);
    return write(chunk, ...rest);
  };
}

/** After everybody's last word: tests, and tape itself, still report in handlers of `exit`, and may leave from there. */
function sealedAtExit(report) {
  const emit = process.emit.bind(process);
  const reallyExit = process.reallyExit.bind(process);
  process.emit = (event, ...rest) => {
    const had = emit(event, ...rest);
    if (event === 'exit') report.end();
    return had;
  };
  process.reallyExit = (...rest) => {
    report.end();
    return reallyExit(...rest);
  };
  return report;
}

/** tape runs in the process of its tests and prints through the same console as they do: what goes into its own stream is its report. */
function tellOfTape() {
  const { _load: load } = Module;
  Module._load = function (request, ...rest) {
    const loaded = load.call(this, request, ...rest);
    if (!/(^|[\\/])default_stream(\.js)?$/.test(request) || typeof loaded !== 'function') return loaded;
    if (!/[\\/]tape[\\/]/.test(rest[0]?.filename ?? '')) return loaded;
    return (...given) => {
      const stream = loaded(...given);
      const open = takeReports();
      if (open === undefined) return stream;
      const report = sealedAtExit(open('tape', '.tap'));
      const { write } = stream;
      stream.write = function (chunk, ...others) {
        if (chunk !== null && chunk !== undefined) report.write(chunk);
        return write.call(this, chunk, ...others);
      };
      return stream;
    };
  };
}

const without = (args, { instead, valueless }) =>
  args.filter(
    (arg, index) =>
      !instead.test(arg.split('=')[0]) &&
      !(valueless !== true && index > 0 && !args[index - 1].includes('=') && instead.test(args[index - 1])),
  );

function addArguments(found) {
  const open = takeReports();
  const given = process.argv.slice(2);
  const separator = given.includes('--') ? given.indexOf('--') : given.length;
  const own = given.slice(0, separator);
  if (found.only !== undefined && !found.only.test(own[0] ?? '')) return;
  if (found.unless !== undefined && own.some((arg) => found.unless.test(arg))) return;
  const kept = found.instead === undefined ? own : without(own, found);
  process.argv.splice(2, given.length, ...kept, ...found.add(open), ...given.slice(separator));
}

/** The runner of Node hands its own options on as arguments, those of NODE_OPTIONS among them. */
function keepFromArguments() {
  const { ChildProcess } = require('node:child_process');
  const { spawn } = ChildProcess.prototype;
  ChildProcess.prototype.spawn = function (options) {
    const args = options.args?.filter((arg) => !arg.startsWith('--conditions=miyabi-'));
    return spawn.call(this, args === undefined ? options : { ...options, args });
  };
}

if (isMainThread && mayReport()) {
  let main = process.argv[1];
  try {
    main = main === undefined ? undefined : fs.realpathSync(main);
  } catch {
    // A name without its ending, such as `node test`: none of the programs above is started that way.
  }
  const found = programs.find(({ program }) => main !== undefined && program.test(main));
  // Code under test could have the debugger opened in the runner, and run there what it likes. A listener keeps Node from that.
  const isNodeTest = process.execArgv.includes('--test');
  if (found !== undefined || isNodeTest) process.on('SIGUSR1', () => undefined);
  if (isNodeTest) keepFromArguments();
  if (found === undefined) tellOfTape();
  else addArguments(found);
}
