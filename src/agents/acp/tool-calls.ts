import { isAbsolute, relative } from 'node:path';
import { z } from 'zod';

const optionalText = z.string().nullish().catch(undefined);
const content = z.looseObject({ type: z.string() });

/** A call of a tool as programs tell it: everything but its name may be missing, and come later. */
export const toolCall = z.object({
  toolCallId: z.string(),
  title: optionalText,
  name: optionalText,
  kind: optionalText,
  status: optionalText,
  content: z.array(content).nullish().catch(undefined),
  locations: z
    .array(z.object({ path: z.string() }))
    .nullish()
    .catch(undefined),
  rawInput: z.unknown().optional(),
  rawOutput: z.unknown().optional(),
});
export type ToolCall = z.infer<typeof toolCall>;

const longest = 500;
const verbs: Readonly<Record<string, string>> = {
  edit: 'change',
  delete: 'delete',
  move: 'move',
  read: 'read',
  fetch: 'fetch',
  search: 'search',
};

/** What a call would do. */
export interface Deed {
  /** For people, in a line, after "it may": `run npm install`, `change src/a.js`. That something is left out is said. */
  readonly shown: string;
  /** All of it, as it came. */
  readonly whole: string;
}

export function deedOf(call: ToolCall, directory: string): Deed {
  const subject = wholeSubjectOf(call, directory);
  return { shown: verbOf(call, shownWhole(subject)), whole: verbOf(call, subject) };
}

function verbOf(call: ToolCall, subject: string): string {
  if (call.kind === 'execute') return `run ${subject}`;
  const verb = verbs[call.kind ?? ''];
  return verb === undefined ? `use ${call.name ?? call.kind ?? 'a tool'}: ${subject}` : `${verb} ${subject}`;
}

/** What a call is about, in a line: its command, its path, else its title. */
export function subjectOf(call: ToolCall, directory: string): string {
  return oneLine(wholeSubjectOf(call, directory)).slice(0, longest);
}

function wholeSubjectOf(call: ToolCall, directory: string): string {
  const [location] = call.locations ?? [];
  const title = call.title ?? '';
  const about = commandOf(call.rawInput) ?? (location === undefined ? title : shownPath(location.path, directory));
  return about.trim() === '' ? title : about;
}

/** Relative to the checkout, where it lies in it. */
export function shownPath(path: string, directory: string): string {
  const below = isAbsolute(path) ? relative(directory, path) : path;
  return below === '' || below.startsWith('..') ? path : below;
}

/** Files that a call has changed, as it tells. */
export function changedPaths(call: ToolCall, directory: string): readonly string[] {
  const diffs = (call.content ?? []).flatMap(({ type, path }) => (type === 'diff' && typeof path === 'string' ? [path] : []));
  const isChange = call.kind === 'edit' || call.kind === 'delete' || call.kind === 'move';
  const places = isChange && diffs.length === 0 ? (call.locations ?? []).map(({ path }) => path) : diffs;
  return [...new Set(places.map((path) => shownPath(path, directory)))];
}

/** Why a call failed, as far as it tells. */
export function failureOf(call: ToolCall): string {
  const said = (call.content ?? []).flatMap((item) => textOf(item['content']) ?? []).join('\n');
  const raw = typeof call.rawOutput === 'string' ? call.rawOutput : '';
  const why = (said === '' ? raw : said).trim().slice(0, 2_000);
  return why === '' ? 'it did not say why' : why;
}

/** The text of a block of content, where it is one of text. */
export function textOf(block: unknown): string | undefined {
  return z.object({ type: z.literal('text'), text: z.string() }).safeParse(block).data?.text;
}

function commandOf(input: unknown): string | undefined {
  const command = z.object({ command: z.union([z.string(), z.array(z.string())]) }).safeParse(input).data?.command;
  return typeof command === 'string' ? command : command?.join(' ');
}

/** Its end counts as much as its beginning: a person who allows it allows all of it. */
function shownWhole(subject: string): string {
  const text = oneLine(subject);
  const left = text.length - 2 * longest;
  return left <= 0 ? text : `${text.slice(0, longest)} [${left} characters that are not shown] ${text.slice(-longest)}`;
}

/** Characters that nobody sees, and whatever may be a colour or the beginning of a comment, which are taken out of texts elsewhere: with all within. */
const unseen = /[^\P{C}\s]|[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]|(?<=<)!(?=--)/gu;

/** With what nobody would see written out: it may hide the half of a command. */
function oneLine(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(unseen, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
