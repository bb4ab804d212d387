import { expect, test } from 'vitest';
import { saidOfFailure } from './said-of-failure.ts';

const npm = `npm warn Unknown user config "nodedir".
npm error code EUSAGE
npm error
npm error \`npm ci\` can only install packages when your package.json and package-lock.json are in sync.
npm error
npm error Missing: left-pad@1.3.0 from lock file
npm error
npm error Run "npm help ci" for more info
npm error A complete log of this run can be found in: /home/ada/.npm/_logs/debug-0.log`;

test.each([
  [
    'npm',
    npm,
    '`npm ci` can only install packages when your package.json and package-lock.json are in sync. Missing: left-pad@1.3.0 from lock file',
  ],
  [
    'a compiler',
    'Compiling…\n\u001B[31msrc/a.ts(1,7): error TS2322: Not a number.\u001B[0m\nFound 1.',
    'src/a.ts(1,7): error TS2322: Not a number.',
  ],
  [
    'a script of npm',
    '> shop@1.0.0 build\n> node build.js\n\nboom\nnpm error Lifecycle script `build` failed with error:\nnpm error code 1',
    'boom',
  ],
  [
    'a program in JavaScript',
    'file:///a.js:1\nconst = 1;\n      ^\n\nSyntaxError: Unexpected token\n    at a.js:1:1',
    'SyntaxError: Unexpected token',
  ],
  ['a shell', 'one\ncommand not found: make', 'command not found: make'],
  ['an interpreter', 'one\n/usr/bin/python3: No module named mypy\n', '/usr/bin/python3: No module named mypy'],
  ['a program that says nothing', '\n', ''],
])('the lines in which %s says what is wrong are found', (_, output, said) => {
  expect(saidOfFailure(output)).toBe(said);
});

test('no output makes the sentence long', () => {
  expect(saidOfFailure(`error ${'x'.repeat(1_000_000)}`)).toHaveLength(300);
});
