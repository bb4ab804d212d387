import { expect, test } from 'vitest';
import { processorMs } from '../../../../../test/support/processor-time.ts';
import { ownOptions } from './own-options.ts';

test.each([
  ['node:test', 'node --import tsx --test "test/**/*.test.ts"', ['--import', 'tsx']],
  [
    'node:test',
    'tsc && node --require=./register.cjs --experimental-strip-types --test test',
    ['--require=./register.cjs', '--experimental-strip-types'],
  ],
  ['node:test', 'node --import tsx scripts/prepare.ts', []],
  ['vitest', `npm run build\ncross-env CI=1 vitest run --config 'vite config.ts' --coverage`, ['--config', 'vite config.ts']],
  ['jest', 'node --experimental-vm-modules node_modules/jest/bin/jest.js -c jest.unit.js --silent', ['-c', 'jest.unit.js']],
  ['mocha', 'mocha -r ts-node/register --reporter dot test/**/*.ts', ['-r', 'ts-node/register']],
  ['mocha', 'mocha --require', []],
] as const)('of a script for %s its runner is told again what it needs: %s', (framework, script, options) => {
  expect(ownOptions(framework, script)).toEqual(options);
});

test('a long script is read in no time', () => {
  const took = processorMs(() => {
    for (const script of [' '.repeat(100_000), '"'.repeat(100_000), `vitest ${'--config '.repeat(20_000)}`]) ownOptions('vitest', script);
  });
  expect(took).toBeLessThan(1000);
});
