import { expect, it } from 'vitest';
import { readPeers } from './peers.ts';

async function read(files: Readonly<Record<string, string>>) {
  return await readPeers(async (path) => await Promise.resolve(files[path]));
}

it('of two files that say how a checkout is made ready the first counts, and the other is told', async () => {
  expect(
    await read({
      'conductor.json': '{"scripts": {"setup": "npm ci\\n# then\\nnpm run gen", "archive": "make clean"}}',
      '.devcontainer/devcontainer.json': '// as in the image\n{ "postCreateCommand": ["npm", "ci"] }',
    }),
  ).toEqual({
    imported: [
      { key: 'worlds.setup', value: 'npm ci && npm run gen', from: 'conductor.json, scripts.setup' },
      { key: 'worlds.teardown', value: 'make clean', from: 'conductor.json, scripts.archive' },
    ],
    left: ['.devcontainer/devcontainer.json, postCreateCommand: worlds.setup is taken from conductor.json, scripts.setup'],
  });
});

it('steps that run something are taken, what others publish is not, and models are the user’s own', async () => {
  const steps =
    'jobs:\n  copilot-setup-steps:\n    steps:\n      - uses: actions/checkout@v5\n      - run: make deps\n      - run: make tools\n';
  const found = await read({
    '.github/workflows/copilot-setup-steps.yml': steps,
    '.aider.conf.yml': 'test-cmd: make test\nmodel: gpt-5\n',
  });
  expect(found.imported.map(({ key, value }) => `${key}=${value}`)).toEqual([
    'checks.test=make test',
    'worlds.setup=make deps && make tools',
  ]);
  expect(found.left.join('\n')).toMatch(/model is yours to set[\s\S]*actions\/checkout@v5/);
});

it('a file that nobody can read is told, and nothing of it is taken', async () => {
  expect(await read({ '.aider.conf.yml': '{ [', 'conductor.json': '7', 'CLAUDE.md': 'x' })).toEqual({
    imported: [],
    left: ['.aider.conf.yml: it cannot be read', 'CLAUDE.md: agents read it themselves'],
  });
});
