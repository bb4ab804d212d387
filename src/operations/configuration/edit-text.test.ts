import { expect, it } from 'vitest';
import { editText } from './edit-text.ts';

const yaml = `# mine

worlds:
  # as many as the machine carries
  count: 3 # for now
budget: { issueUsd: 2 }
`;

it('puts a value into YAML and leaves comments, order and style as they are', () => {
  expect(editText('f', yaml, { path: ['worlds', 'count'], value: 4 })).toBe(yaml.replace('count: 3', 'count: 4'));
  expect(editText('f', yaml, { path: ['log', 'level'], value: 'debug' })).toBe(`${yaml}log:\n  level: debug\n`);
  expect(editText('f', yaml, { path: ['budget', 'monthUsd'], value: 9 })).toBe(yaml.replace('issueUsd: 2 }', 'issueUsd: 2, monthUsd: 9 }'));
});

it('takes a value out of YAML, and the section with the last of it; a comment at the top of the file stays', () => {
  expect(editText('f', yaml, { path: ['budget', 'issueUsd'], value: undefined })).toBe(yaml.replace('budget: { issueUsd: 2 }\n', ''));
  expect(editText('f', '# mine\n\nlog:\n  level: warn\n', { path: ['log', 'level'], value: undefined })).toBe('# mine\n');
  expect(editText('f', '# mine\nlog:\n  level: warn\nworlds:\n  count: 3\n', { path: ['log', 'level'], value: undefined })).toBe(
    '# mine\n\nworlds:\n  count: 3\n',
  );
  expect(editText('f', yaml, { path: ['log', 'level'], value: undefined })).toBe(yaml);
});

it('puts a value into JSON with the indentation of the file, and takes it out again', () => {
  const json = '{\n    "$schema": "x",\n    "worlds": {\n        "count": 3\n    }\n}\n';
  const more = editText('f', json, { path: ['log', 'level'], value: 'warn' });
  expect(more).toBe(
    '{\n    "$schema": "x",\n    "worlds": {\n        "count": 3\n    },\n    "log": {\n        "level": "warn"\n    }\n}\n',
  );
  expect(editText('f', more, { path: ['log', 'level'], value: undefined })).toBe(json);
  expect(editText('f', json, { path: ['log', 'level'], value: undefined })).toBe(json);
});

it('begins a file that is not there yet', () => {
  expect(editText('f', '', { path: ['worlds', 'count'], value: 4 })).toBe('worlds:\n  count: 4\n');
});

it.each([
  ['[1, 2]', /has no place/],
  ['worlds: 3', /has no place/],
  ['{"worlds": 3}', /has no place/],
  ['worlds: [', /cannot be read/],
])('%s is refused', (text, why) => {
  expect(() => editText('f', text, { path: ['worlds', 'count'], value: 4 })).toThrow(why);
});
