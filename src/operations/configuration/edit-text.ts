import type { Document } from 'yaml';
import { isMap, isScalar, parseDocument } from 'yaml';
import { Failure } from '../../domain/failure.ts';

/** What is to stand at a place of a file; `undefined` takes out what stands there. */
export interface ConfigurationEdit {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * The text of a file of configuration with one value put in or taken out. What people wrote besides stays as it is: in YAML comments and order, in
 * JSON the order and the indentation.
 *
 * @param origin of the text, for people. @throws Failure (configuration) for a text that cannot be read, or has no place for the value.
 */
export function editText(origin: string, text: string, edit: ConfigurationEdit): string {
  const json = text.trim() === '' ? undefined : readJson(text);
  return json === undefined ? editYaml(origin, text, edit) : editJson(origin, text, json, edit);
}

/** @returns undefined for a text that is no JSON: it may be YAML in a file of that name. */
function readJson(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined; // The reader of YAML says what is wrong with it.
  }
}

function editJson(origin: string, text: string, content: Record<string, unknown>, { path, value }: ConfigurationEdit): string {
  const [inner, last] = [path.slice(0, -1), path.at(-1)!];
  const parents: Record<string, unknown>[] = [content];
  for (const name of inner) {
    const parent = parents.at(-1)!;
    if (parent[name] === undefined && value === undefined) return text;
    const found = (parent[name] ??= {});
    if (typeof found !== 'object' || found === null) throw noPlace(origin, path);
    parents.push(found as Record<string, unknown>);
  }
  const parent = parents.at(-1)!;
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  if (value === undefined) dropEmpty(parents, inner);
  const indentation = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return `${JSON.stringify(content, undefined, indentation)}\n`;
}

/** A section in which nothing is left goes with its last value. */
function dropEmpty(parents: readonly Record<string, unknown>[], names: readonly string[]): void {
  for (let depth = names.length; depth > 0; depth -= 1) {
    const [parent, name] = [parents[depth - 1]!, names[depth - 1]!];
    if (Object.keys(parents[depth]!).length > 0 || Array.isArray(parent)) return;
    delete parent[name];
  }
}

/** A section in which nothing is left goes with its last value. */
function takeOut(document: Document.Parsed, path: readonly string[]): void {
  document.deleteIn(path);
  for (let depth = path.length - 1; depth > 0; depth -= 1) {
    const section = document.getIn(path.slice(0, depth));
    if (!isMap(section) || section.items.length > 0) return;
    if (depth === 1) keepHead(document, path);
    document.deleteIn(path.slice(0, depth));
  }
}

/** What stands above the first section may be about the whole file, and stays when that section goes. */
function keepHead(document: Document.Parsed, path: readonly string[]): void {
  const first = isMap(document.contents) ? document.contents.items[0]?.key : undefined;
  if (!isScalar(first) || first.value !== path[0] || typeof first.commentBefore !== 'string') return;
  document.commentBefore = [document.commentBefore, first.commentBefore].filter((comment) => typeof comment === 'string').join('\n\n');
  first.commentBefore = null;
}

function editYaml(origin: string, text: string, { path, value }: ConfigurationEdit): string {
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(origin, error);
  if (document.contents !== null && !isMap(document.contents)) throw noPlace(origin, path);
  if (value === undefined && !document.hasIn(path)) return text;
  try {
    if (value === undefined) takeOut(document, path);
    // What is no collection is put into the node that is there, with its comment.
    else document.setIn(path, typeof value === 'object' ? document.createNode(value) : value);
  } catch (cause) {
    throw noPlace(origin, path, cause);
  }
  if (isMap(document.contents) && document.contents.items.length === 0) {
    const left = [document.commentBefore, document.contents.commentBefore, document.comment].filter((comment) => comment != null);
    return left.map((comment) => `${comment.replaceAll(/^/gm, '#')}\n`).join('');
  }
  return document.toString({ lineWidth: 0 });
}

function unreadable(origin: string, cause: Error): Failure {
  const why = cause.message.split('\n')[0] ?? '';
  return new Failure('configuration', { what: `${origin} cannot be read.`, why, fix: 'Mend it, or take it out.' }, { cause });
}

function noPlace(origin: string, path: readonly string[], cause?: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: `${origin} has no place for ${path.join('.')}.`,
      why: 'What stands on the way to it is no section.',
      fix: 'Mend the file by hand.',
    },
    { cause },
  );
}
