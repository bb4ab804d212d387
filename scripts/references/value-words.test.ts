import { expect, test } from 'vitest';
import { z } from 'zod';
import { insideOf, valueWords, type ValueSchema } from './value-words.ts';

const schema = (type: z.ZodType) => z.toJSONSchema(type, { io: 'input' }) as ValueSchema;

test.for<[string, z.ZodType]>([
  ['whole number, 1 to 9', z.int().min(1).max(9)],
  ['whole number, at least 1', z.int().min(1)],
  ['number, above 0, at most 1440', z.number().positive().max(1_440)],
  ['number', z.number()],
  ['`true` or `false`', z.boolean()],
  ['text', z.string().min(1)],
  ['text that matches `^[a-z]+$`', z.string().regex(/^[a-z]+$/)],
  ['text that begins with `/`', z.string().startsWith('/')],
  ['address', z.url()],
  ['one of `auto`, `none`', z.enum(['auto', 'none'])],
  ['list, each text', z.array(z.string())],
  ['object of names, each with whole number, at least 0', z.record(z.string(), z.int().min(0))],
])('%s', ([words, type]) => {
  expect(valueWords(schema(type))).toBe(words);
});

test('what stands inside of a value is a list in a list, with what may be left out and each of several shapes', () => {
  const shape = z.array(
    z.strictObject({
      name: z.string().meta({ description: 'Its name.' }),
      parts: z.array(z.strictObject({ size: z.number().default(2) })).optional(),
      target: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('here') }),
        z.strictObject({ kind: z.literal('there'), url: z.url() }),
      ]),
    }),
  );
  expect(insideOf(schema(shape))).toEqual([
    '- `name`: Its name. text',
    '- `parts`: list, each object, may be left out',
    '  - `size`: number, `2` by default',
    '- `target`: one of 2 shapes',
    '  - with `kind` `here`',
    '  - with `kind` `there`',
    '    - `url`: address',
  ]);
});
