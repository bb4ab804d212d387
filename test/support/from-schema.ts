import fc from 'fast-check';
import type { JsonSchema } from '../../src/domain/api/document.ts';

/** Names of components, without what leads to them. */
type Components = Readonly<Record<string, JsonSchema>>;

/** Values that a JSON schema of draft 2020-12 takes, as far as the schemas of the API use it. @throws for a word that is not known here. */
export function fromSchema(schema: JsonSchema, components: Components = {}): fc.Arbitrary<unknown> {
  const inner = (each: unknown): fc.Arbitrary<unknown> => fromSchema(each as JsonSchema, components);
  if (typeof schema['$ref'] === 'string') return inner(components[schema['$ref'].split('/').at(-1) ?? '']);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return fc.oneof(...choices.map(inner));
  const {
    type,
    minimum,
    maximum,
    minLength = 0,
    maxLength = 30,
  } = schema as Readonly<Record<string, number>> & { readonly type?: unknown };
  if (Array.isArray(type)) return fc.oneof(...type.map((each) => inner({ ...schema, type: each })));
  switch (type) {
    case 'string':
      if (typeof schema['pattern'] === 'string' && schema['format'] === undefined)
        return fc.stringMatching(new RegExp(schema['pattern'], 'u'));
      if (schema['format'] === 'email') return fc.constantFrom('ada@example.org', 'a.b@c.example');
      return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 30), unit: 'grapheme' });
    case 'integer':
      return fc.integer({ min: minimum ?? -1_000, max: Math.min(maximum ?? 1_000, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: minimum ?? 0.01, max: Math.min(maximum ?? 1_000, 1_000), noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(inner(schema['items']), { maxLength: 3 });
    case 'object': {
      const { properties = {}, required = [] } = schema as { readonly properties?: Components; readonly required?: readonly string[] };
      const fields = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, inner(each)]));
      return fc.record(fields, { requiredKeys: [...required] });
    }
    case undefined:
      return fc.jsonValue();
    default:
      throw new Error(`No values are known for ${JSON.stringify(schema)}.`);
  }
}

/** Values that are likely to be wrong wherever they stand: some of what a schema takes with a part of it taken out, added or replaced, and anything at all. */
export function besideSchema(schema: JsonSchema, components: Components = {}): fc.Arbitrary<unknown> {
  const wrong = fc.oneof(
    fc.constantFrom<unknown>(null, '', 0, -1, 1e308, 2 ** 53, [], {}, true, '\u0000', '../..', 'x'.repeat(5_000), '𐏿‮', '__proto__'),
    fc.jsonValue(),
  );
  const changed = fc.tuple(fromSchema(schema, components), fc.string(), wrong, fc.nat()).map(([value, name, other, at]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return other;
    const names = Object.keys(value);
    const one = names[at % Math.max(1, names.length)];
    if (one === undefined || at % 3 === 0) return { ...value, [name]: other };
    return at % 3 === 1 ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== one)) : { ...value, [one]: other };
  });
  return fc.oneof(changed, wrong);
}
