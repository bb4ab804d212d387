import { Failure } from './failure.ts';

/** One item of a Markdown task list. */
export interface TaskListItem {
  readonly title: string;
  /** Numbers (from 1) of the items it waits for. */
  readonly after: readonly number[];
  /** How long somebody expects it to take; absent where the item does not say. */
  readonly minutes?: number;
}

const item = /^\s{0,3}(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s+(.+)$/;
const reference = String.raw`(?:#?\d+|"[^"]+"|` + '`[^`]+`' + String.raw`|first|second|third|previous|above)`;
// The reference must close the phrase: "after 2" at the end or in brackets is a dependency, "after 2 seconds" is prose.
const dependency = new RegExp(
  String.raw`(?:\(\s*)?\b(?:after|depends on|needs|blocked by)\b:?\s+((?:the\s+)?(?:(?:tasks?|items?|steps?|parts?)\s+)?${reference}` +
    String.raw`(?:\s*(?:,|and|&|\+)\s*(?:(?:task|item|step|part)\s+)?${reference})*(?:\s+(?:one|task|item|step|part))?)\s*(?:\)|(?=[.,;]|$))`,
  'gi',
);
// Marked as an estimate, by a tilde or the word: "expire sessions (30 min)" is what the task is about.
const estimate =
  /(?:^|[\s(,;])(?:~\s?|(?:estimated|estimate|est)\b[.:]?\s{0,3})(\d{1,4}(?:\.\d{1,2})?)\s?(minutes?|mins?|m|hours?|hrs?|h)\b\.?(?=\s*(?:[),;]|$))/i;
const ordinals: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3 };

/**
 * The open items of an issue's task list (`- [ ] ...`); ticked ones are done and keep only their number.
 * "after 1", "depends on task 2 and 3", "after the first", "(after the previous one)" and `after "title"` are
 * dependencies and leave the title; other uses of these words are prose. So do estimates: "~40 min", "est. 2 h", "(after 1, estimate: 1.5 hours)".
 *
 * @throws Failure (usage) when an item waits for a number that is not another item of the list.
 */
export function taskListItems(body: string): readonly TaskListItem[] {
  const all = body.split('\n').flatMap((line) => {
    const match = item.exec(line);
    return match === null ? [] : [{ done: match[1] !== ' ', text: match[2]!.trim() }];
  });
  const names = all.map(({ text }) => tidy(text.replaceAll(dependency, '')).toLowerCase().replaceAll('`', ''));
  const open = all.flatMap((entry, index) => (entry.done ? [] : [index]));
  const renumbered = new Map(open.map((index, position) => [index, position + 1]));
  return open.map((index) => {
    const { text, minutes } = withoutEstimate(all[index]!.text);
    const { title, targets } = readItem(text, index, names);
    return { title, after: targets.flatMap((target) => renumbered.get(target) ?? []), ...(minutes === undefined ? {} : { minutes }) };
  });
}

/** @returns the item as it reads without its estimate, so that what stands around that is understood as if it had none. */
function withoutEstimate(text: string): { readonly text: string; readonly minutes: number | undefined } {
  const found = estimate.exec(text);
  const amount = Number(found?.[1]) * (/^h/i.test(found?.[2] ?? '') ? 60 : 1);
  if (found === null || amount < 1) return { text, minutes: undefined };
  const [before, after] = [text.slice(0, found.index), text.slice(found.index + found[0].length)];
  const rest = `${before}${found[0].startsWith('(') ? '(' : ' '}${after}`.replace(/\(\s*[,;]/, '(').replace(/[,;]\s*\)/, ')');
  return { text: rest, minutes: Math.round(amount) };
}

/** Targets are indexes from 0. A phrase whose quoted words name no other item stays in the title. */
function readItem(text: string, own: number, names: readonly string[]): { readonly title: string; readonly targets: readonly number[] } {
  const targets = new Set<number>();
  const title = text.replaceAll(dependency, (phrase: string, words: string) => {
    const found = [...words.matchAll(new RegExp(reference, 'gi'))].map(([word]) => resolve(word, own, names, text));
    if (found.includes(undefined)) return phrase;
    for (const target of found) targets.add(target!);
    return '';
  });
  return { title: tidy(title) || text, targets: [...targets] };
}

function tidy(title: string): string {
  return title
    .replaceAll(/(?<=^|\s)\(\s*\)/g, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/[\s,;:–-]+$/, '')
    .trim();
}

function resolve(word: string, own: number, names: readonly string[], text: string): number | undefined {
  const lower = word.toLowerCase();
  if (/^["`]/.test(word)) {
    const wanted = lower.slice(1, -1).trim();
    const matches = names.flatMap((name, index) => (name.includes(wanted) && index !== own ? [index] : []));
    return matches.length === 1 ? matches[0] : undefined;
  }
  const target = lower === 'previous' || lower === 'above' ? own - 1 : (ordinals[lower] ?? Number(lower.replace('#', ''))) - 1;
  if (target < 0 || target >= names.length || target === own) throw unknownItem(text, word, names.length);
  return target;
}

function unknownItem(text: string, word: string, count: number): Failure {
  return new Failure('usage', {
    what: `The item "${text}" waits for ${word}, which is not another item of the task list.`,
    why: `The list has ${count} item${count === 1 ? '' : 's'}; they are counted from 1.`,
    fix: 'Name an item by its number, or by words of its title in quotes that no other item has.',
  });
}
