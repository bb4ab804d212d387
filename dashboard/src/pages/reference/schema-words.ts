import type { JsonSchema } from './document.ts';

/** One of what a schema is made of. */
export interface Part {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** What it may be, in a few words: `text`, `list of numbers`, `"once" or "always"`. */
export function typeWords(schema: JsonSchema): string {
  if (typeof schema['$ref'] === 'string') return nameOf(schema['$ref']);
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((each) => JSON.stringify(each)).join(' or ');
  const choices = choicesOf(schema);
  if (choices.length > 0) return Array.from(new Set(choices.map(typeWords))).join(' or ');
  if (Array.isArray(schema['type'])) return schema['type'].map(simpleWords).join(' or ');
  if (schema['type'] === 'array') {
    const items = schema['items'];
    return isSchema(items) ? `list of ${typeWords(items)}` : 'list';
  }
  return typeof schema['type'] === 'string' ? simpleWords(schema['type']) : 'anything';
}

function simpleWords(type: unknown): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    boolean: 'true or false',
    object: 'object',
    array: 'list',
  };
  return words[String(type)] ?? String(type);
}

/** What limits it, in a few words: `at most 200 characters`. */
export function limitWords(schema: JsonSchema): readonly string[] {
  const said = (key: string, words: (value: number) => string): readonly string[] =>
    typeof schema[key] === 'number' && Math.abs(schema[key]) !== Number.MAX_SAFE_INTEGER ? [words(schema[key])] : [];
  return [
    ...said('minLength', (least) => (least === 1 ? 'not empty' : `at least ${least} characters`)),
    ...said('maxLength', (most) => `at most ${most} characters`),
    ...said('minimum', (least) => `at least ${least}`),
    ...said('maximum', (most) => `at most ${most}`),
    ...said('exclusiveMinimum', (least) => `more than ${least}`),
    ...said('minItems', (least) => `at least ${least}`),
    ...said('maxItems', (most) => `at most ${most}`),
    ...('default' in schema ? [`${JSON.stringify(schema['default'])} by default`] : []),
    ...(typeof schema['pattern'] === 'string' ? [`like ${schema['pattern']}`] : []),
  ];
}

/** Its properties, in their order. */
export function partsOf(schema: JsonSchema): readonly Part[] {
  const { properties, required } = schema;
  if (!isSchema(properties)) return [];
  return Object.entries(properties).map(([name, part]) => ({
    name,
    schema: part as JsonSchema,
    isRequired: Array.isArray(required) && required.includes(name),
  }));
}

/** Of what it is one. */
export function choicesOf(schema: JsonSchema): readonly JsonSchema[] {
  for (const key of ['oneOf', 'anyOf']) if (Array.isArray(schema[key])) return schema[key] as readonly JsonSchema[];
  return [];
}

/** Such as `Run` of `#/components/schemas/Run`. */
export function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? reference;
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
