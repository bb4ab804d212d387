import { Document, LineCounter, isNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import { brokenFile } from './broken-file.ts';

/** Where a piece of YAML stands: its file, and the line of it with which it begins, counted from 1. */
export interface YamlPlace {
  readonly path: string;
  readonly firstLine: number;
}

/** Every scalar is a text, whatever it looks like: a title may be `yes`, an id `007`. Nothing is made of a tag. */
const options = { schema: 'failsafe', uniqueKeys: true, keepSourceTokens: false } as const;

/** @throws Failure (configuration) that names the file and the line, for what is no YAML or not of that shape. */
export function readYaml<Shape>(schema: z.ZodType<Shape>, text: string, place: YamlPlace): Shape {
  return check(schema, parsed(text, place), place);
}

/** The same text with some values put in, or out where undefined; what people wrote besides stays as it is. */
export function editYaml(
  text: string,
  changes: Readonly<Record<string, string | readonly string[] | undefined>>,
  place: YamlPlace,
): string {
  const { document } = parsed(text, place);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) document.delete(key);
    else document.set(key, document.createNode(value));
  }
  return document.toString({ lineWidth: 0 });
}

/** A list with more at its end; what people wrote stays as it is. */
export function appendYaml(text: string, more: readonly Readonly<Record<string, string>>[], place: YamlPlace): string {
  const { document } = parsed(text === '' ? '[]' : text, place);
  for (const one of more) document.add(document.createNode(one));
  return document.toString({ lineWidth: 0, collectionStyle: 'block' });
}

/** Values as new YAML; undefined ones are left out. */
export function writeYaml(value: Readonly<Record<string, unknown>> | readonly unknown[]): string {
  return new Document(value, { schema: 'failsafe' }).toString({ lineWidth: 0 });
}

interface Parsed {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

function parsed(text: string, { path, firstLine }: YamlPlace): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...options, lineCounter: lines });
  const [wrong] = document.errors;
  if (wrong === undefined) return { document, lines };
  throw brokenFile(path, lineAt(lines, wrong.pos[0], firstLine), withoutPlace(wrong.message));
}

/** The place that the parser names is one in the values alone; the file's own line is told already. */
function withoutPlace(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:$/, '.');
}

function check<Shape>(schema: z.ZodType<Shape>, { document, lines }: Parsed, { path, firstLine }: YamlPlace): Shape {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 }) ?? {};
  } catch (error) {
    throw brokenFile(path, firstLine, error instanceof Error ? error.message : String(error));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.map(String) ?? [];
  throw brokenFile(
    path,
    lineOf({ document, lines }, where, firstLine),
    `${where.join('.')}${where.length === 0 ? '' : ': '}${issue?.message ?? ''}.`,
  );
}

/** The line of what lies at the path, or of the nearest around it that is there. */
function lineOf({ document, lines }: Parsed, path: readonly string[], firstLine: number): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lineAt(lines, node.range[0], firstLine);
  }
  return firstLine;
}

function lineAt(lines: LineCounter, offset: number, firstLine: number): number {
  return firstLine + Math.max(lines.linePos(offset).line, 1) - 1;
}
