import { expect, it } from 'vitest';
import type { Setting } from './setting-groups.ts';
import { groupsOf, sourceOf, valueWords } from './setting-groups.ts';

const setting = (path: string, value: unknown, source: Setting['source'] = 'default'): Setting => ({
  path,
  description: `About ${path}.`,
  variable: `MIYABI_${path.toUpperCase()}`,
  value,
  source,
  origin: source,
  userOnly: false,
  secrets: [],
});
const settings = [setting('worlds.count', 5), setting('agent.name', 'repair', 'user'), setting('worlds.parallel', 0, 'flag')];

it('settings come in groups, in their order', () => {
  const groups = groupsOf(settings, { text: '', source: undefined });
  expect(groups.map(({ name, settings: each }) => [name, each.map(({ path }) => path)])).toEqual([
    ['worlds', ['worlds.count', 'worlds.parallel']],
    ['agent', ['agent.name']],
  ]);
});

it('all words have to be in what is said of a setting, its value too', () => {
  const found = (text: string) =>
    groupsOf(settings, { text, source: undefined }).flatMap((group) => group.settings.map(({ path }) => path));
  expect(found('WORLDS 5')).toEqual(['worlds.count']);
  expect(found('repair')).toEqual(['agent.name']);
  expect(found('worlds repair')).toEqual([]);
});

it('settings of one source are to be had alone', () => {
  expect(sourceOf('user')).toBe('user');
  expect(sourceOf('nonsense')).toBeUndefined();
  expect(groupsOf(settings, { text: '', source: 'flag' })).toEqual([{ name: 'worlds', settings: [settings[2]] }]);
});

it('a value is told as it would be written, a long one in several lines', () => {
  expect([null, undefined, 'text', 5, ['a']].map(valueWords)).toEqual(['not set', 'not set', 'text', '5', '["a"]']);
  expect(valueWords(Array.from({ length: 30 }, (_, index) => index)).split('\n')).toHaveLength(32);
});
