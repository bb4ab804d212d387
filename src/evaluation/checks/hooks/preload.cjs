/* oxlint-disable node/no-process-env -- It runs in the target's program, and is told what it must know there. */
'use strict';
/** Adds the arguments that make vitest, jest, mocha, eslint and oxlint write what a machine can read. */
const { realpathSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

/** How the paths of the files begin in which this run may write; what comes last was said last. */
const told = [...(process.env.NODE_OPTIONS ?? '').matchAll(/--conditions=miyabi-reports:(\S+)/g)].at(-1);
const prefix = told === undefined ? undefined : decodeURIComponent(told[1]);
const file = (name, ending) => `${prefix}${name}-${process.pid}${ending}`;
// What is added, and which of the script's own options it takes the place of. Without an 'instead', an own format is left alone.
const programs = [
  {
    program: /[\\/]vitest[\\/]vitest\.mjs$/,
    instead: /^--(reporter|outputFile)(\.\w+)?$/,
    add: () => ['--reporter=default', '--reporter=json', '--outputFile.json=' + file('vitest', '.json')],
  },
  {
    program: /[\\/]jest(-cli)?[\\/]bin[\\/]jest\.js$/,
    instead: /^--outputFile$/,
    add: () => ['--json', '--outputFile=' + file('jest', '.json')],
  },
  {
    program: /[\\/]mocha[\\/](bin[\\/]_?mocha(\.js)?|lib[\\/]cli[\\/]cli\.js)$/,
    instead: /^(--reporter|-R|--reporter-options?|-O)$/,
    add: () => ['--reporter', 'json', '--reporter-option', 'output=' + file('mocha', '.json')],
  },
  {
    program: /[\\/]eslint[\\/]bin[\\/]eslint\.js$/,
    unless: /^(--format|-f|--output-file|-o)(=|$)/,
    add: () => ['--format', 'json', '--output-file', file('eslint', '.json')],
  },
  { program: /[\\/]oxlint[\\/]bin[\\/]oxlint$/, unless: /^(--format|-f)(=|$)/, add: () => ['--format=json'] },
];

const without = (args, option) =>
  args.filter(
    (arg, index) => !option.test(arg.split('=')[0]) && !(index > 0 && !args[index - 1].includes('=') && option.test(args[index - 1])),
  );

if (isMainThread && prefix !== undefined && process.env.MIYABI_REPORTS === undefined && process.argv[1] !== undefined) {
  let main = process.argv[1];
  try {
    main = realpathSync(main);
  } catch {
    // A name without its ending, such as `node test`: none of the programs above is started that way.
  }
  const found = programs.find(({ program }) => program.test(main));
  if (found !== undefined) {
    process.env.MIYABI_REPORTS = '1';
    const given = process.argv.slice(2);
    const separator = given.includes('--') ? given.indexOf('--') : given.length;
    const own = given.slice(0, separator);
    if (found.unless === undefined || !own.some((arg) => found.unless.test(arg))) {
      const kept = found.instead === undefined ? own : without(own, found.instead);
      process.argv.splice(2, given.length, ...kept, ...found.add(), ...given.slice(separator));
    }
  }
}
