import { expect, it } from 'vitest';
import { configKeys } from './config.ts';
import { holdsFrom } from './config-holds.ts';

it('says of each key from when on it holds', () => {
  const by = (hold: string): readonly string[] => configKeys.filter(({ holds }) => holds === hold).map(({ path }) => path);
  expect(by('now')).toEqual(expect.arrayContaining(['worlds.parallel', 'log.level', 'notify.channels', 'forge.sweepSeconds']));
  expect(by('run')).toEqual(expect.arrayContaining(['worlds.count', 'budget.issueUsd', 'models.review']));
  expect(by('restart')).toEqual(expect.arrayContaining(['database.url', 'models.providers', 'log.file']));
});

it('a key that nobody has thought about is an error of ours', () => {
  expect(() => holdsFrom('news.section')).toThrow('config-holds.ts does not say from when on news.section holds.');
});
