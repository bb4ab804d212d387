import { readFileSync } from 'node:fs';
import * as known from '@opentelemetry/semantic-conventions/incubating';
import { expect, test } from 'vitest';
import { conventions, name, own } from './names.ts';

test('every name is one of the version of the conventions that is named, and ours are ours', () => {
  const { devDependencies } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  expect(devDependencies['@opentelemetry/semantic-conventions']).toBe(conventions);
  const all: readonly unknown[] = Object.values(known);
  expect(Object.values(name).filter((each) => !all.includes(each))).toEqual([]);
  expect(Object.values(own).filter((each) => !each.startsWith('miyabi.'))).toEqual([]);
});
