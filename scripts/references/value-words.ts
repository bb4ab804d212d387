/** What is said of a value, as far as this project's schemas say it. */
export interface ValueSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly description?: string;
  readonly default?: unknown;
  readonly items?: ValueSchema;
  readonly propertyNames?: ValueSchema;
  readonly additionalProperties?: ValueSchema | boolean;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly ValueSchema[];
  readonly anyOf?: readonly ValueSchema[];
}

/** What a value may be, in words: `whole number, 1 to 9`. */
export function valueWords(schema: ValueSchema): string {
  const { type, items, additionalProperties, oneOf = schema.anyOf } = schema;
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map(code).join(', ')}`;
  if (oneOf !== undefined) return `one of ${oneOf.length} shapes`;
  if (type === 'array') return items === undefined ? 'list' : `list, each ${valueWords(items)}`;
  if (type === 'object' && typeof additionalProperties === 'object')
    return `object of names, each with ${valueWords(additionalProperties)}`;
  if (type === 'integer') return `whole number${range(schema)}`;
  if (type === 'number') return `number${range(schema)}`;
  if (type === 'boolean') return '`true` or `false`';
  if (type === 'string') return text(schema);
  return type ?? 'anything';
}

function text({ format, pattern }: ValueSchema): string {
  if (format === 'uri') return 'address';
  if (pattern === String.raw`^\/.*`) return 'text that begins with `/`';
  return pattern === undefined ? 'text' : `text that matches ${code(pattern.replaceAll(String.raw`\/`, '/'))}`;
}

/** The largest whole numbers are no limit that anybody set. */
function range({ minimum, maximum, exclusiveMinimum }: ValueSchema): string {
  const least = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (exclusiveMinimum !== undefined)
    return most === undefined ? `, above ${exclusiveMinimum}` : `, above ${exclusiveMinimum}, at most ${most}`;
  if (least !== undefined) return most === undefined ? `, at least ${least}` : `, ${least} to ${most}`;
  return most === undefined ? '' : `, at most ${most}`;
}

/** What stands inside of a value that holds others, as a list in a list. */
export function insideOf(schema: ValueSchema, indent = ''): readonly string[] {
  const inner = schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
  if (inner !== undefined) return insideOf(inner, indent);
  const shapes = schema.oneOf ?? schema.anyOf;
  if (shapes !== undefined) return shapes.flatMap((shape) => [`${indent}- ${shapeName(shape)}`, ...insideOf(shape, `${indent}  `)]);
  return Object.entries(schema.properties ?? {})
    .filter(([, { const: value }]) => value === undefined)
    .flatMap(([name, each]) => [
      `${indent}- ${code(name)}: ${[each.description, `${valueWords(each)}${howMuch(schema, name, each)}`].filter((part) => part !== undefined).join(' ')}`,
      ...insideOf(each, `${indent}  `),
    ]);
}

function shapeName({ properties = {}, type }: ValueSchema): string {
  const kind = Object.entries(properties).find(([, { const: value }]) => value !== undefined);
  return kind === undefined ? (type ?? 'anything') : `with ${code(kind[0])} ${code(kind[1].const)}`;
}

function howMuch({ required = [] }: ValueSchema, name: string, each: ValueSchema): string {
  if (each.default !== undefined) return `, ${code(each.default)} by default`;
  return required.includes(name) ? '' : ', may be left out';
}

/** A value as code; what holds a backtick is fenced by two. */
export function code(value: unknown): string {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}
