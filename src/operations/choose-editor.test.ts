import { expect, it } from 'vitest';
import { chooseEditor } from './choose-editor.ts';

const bare = { isThere: async () => await Promise.resolve(false), extensions: async () => await Promise.resolve([]) };
const withCode = (extensions: readonly string[]) => ({
  isThere: async (name: string) => await Promise.resolve(name === 'code'),
  extensions: async () => await Promise.resolve(extensions),
});

it.each([
  ['what is configured', withCode([]), { configured: 'hx', environment: { EDITOR: 'vi' } }, { command: 'hx' }],
  ['VS Code where it is installed', withCode([]), { configured: undefined, environment: { EDITOR: 'vi' } }, { command: 'code --wait' }],
  ['VISUAL before EDITOR', bare, { configured: undefined, environment: { VISUAL: 'vim -p', EDITOR: 'vi' } }, { command: 'vim -p' }],
  ['EDITOR', bare, { configured: undefined, environment: { VISUAL: ' ', EDITOR: 'vi' } }, { command: 'vi' }],
  ['nothing where there is nothing', bare, { configured: undefined, environment: {} }, undefined],
] as const)('a person works in %s', async (_, editors, given, chosen) => {
  expect(await chooseEditor(editors, given)).toEqual(chosen);
});

it('an editor that returns at once is told to wait, and only that', async () => {
  const commandOf = async (configured: string) => (await chooseEditor(bare, { configured, environment: {} }))?.command;
  expect(await commandOf('/usr/bin/cursor -n')).toBe('/usr/bin/cursor -n --wait');
  expect(await commandOf('codium -w')).toBe('codium -w');
  expect(await commandOf('emacs')).toBe('emacs');
});

it('that Cline is installed is said', async () => {
  expect(await chooseEditor(withCode(['x.y', 'Saoudrizwan.claude-dev']), { configured: undefined, environment: {} })).toMatchObject({
    note: expect.stringContaining('Cline'),
  });
});
