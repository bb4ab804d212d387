import type { z } from 'zod';
import { brokenFile } from './broken-file.ts';
import { editYaml, readYaml, writeYaml } from './yaml-file.ts';

/** Markdown that may begin with values as YAML between two lines `---`. */
interface Split {
  /** Empty where there are none. */
  readonly front: string;
  readonly body: string;
}

const mostFront = 32_768;

/** @throws Failure (configuration) that names the file and the line. */
export function readMarkdown<Front>(
  schema: z.ZodType<Front>,
  text: string,
  path: string,
): { readonly front: Front; readonly body: string } {
  const { front, body } = split(text, path);
  return { front: readYaml(schema, front, { path, firstLine: 2 }), body };
}

/** The same file with other values, and with another text where one is given. Keys and comments of others stay. */
export function editMarkdown(
  text: string,
  change: { readonly front: Readonly<Record<string, string | readonly string[] | undefined>>; readonly body?: string },
  path: string,
): string {
  const { front, body } = split(text, path);
  return joined(editYaml(front, change.front, { path, firstLine: 2 }), change.body ?? body);
}

export function writeMarkdown(front: Readonly<Record<string, string | readonly string[]>>, body: string): string {
  return joined(writeYaml(front), body);
}

function joined(front: string, body: string): string {
  return `---\n${front.endsWith('\n') ? front : `${front}\n`}---\n\n${body.replace(/^\n+/, '')}${body.endsWith('\n') ? '' : '\n'}`;
}

function split(text: string, path: string): Split {
  if (!text.startsWith('---\n')) return { front: '', body: text.trim() };
  const end = `${text}\n`.indexOf('\n---\n', 3);
  if (end === -1) throw brokenFile(path, 1, 'The values at its beginning have no end: a second line `---` is missing.');
  if (end > mostFront) throw brokenFile(path, 1, `The values at its beginning are longer than ${mostFront} characters.`);
  return { front: text.slice(4, end + 1), body: text.slice(end + 5).trim() };
}
