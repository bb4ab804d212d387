import { expect, test } from 'vitest';
import { just } from './just.ts';

function reader(files: Readonly<Record<string, string>>) {
  return {
    readFile: (path: string) => Promise.resolve(files[path]),
    exists: (path: string) => Promise.resolve(path in files),
    list: () => Promise.resolve(Object.keys(files)),
  };
}

test('recipes become checks, and variables and comments do not', async () => {
  const found = await just('make').detect(
    reader({ justfile: 'build := "debug"\n# lint: later\n@test filter="":\n  ./run-tests {{filter}}\n' }),
  );
  expect(found).toEqual({
    test: { command: ['just', 'test'], shown: 'just test', runner: 'unknown' },
    reasons: [
      'No install: none is known for a justfile.',
      'No build: there is no recipe called build.',
      'No linter: there is no recipe called lint.',
    ],
  });
});

test('a project without a justfile is somebody else’s', async () => {
  expect(await just('make').detect(reader({ Makefile: 'test:\n' }))).toBeUndefined();
});
