/** Something of JSON or YAML that has fields. */
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** @throws SyntaxError */
export function readJson(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ''));
}
