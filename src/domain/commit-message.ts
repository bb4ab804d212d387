import type { Analysis } from './analysis.ts';
import { isNamedAsTest, liesAmongTests } from './test-paths.ts';
import { withoutInvisible } from './visible-text.ts';

/** What the first line of a commit or the title of a pull request is made of. */
export interface ConventionalTitle {
  /** What the work is, as it was judged; absent where nobody judged it. */
  readonly type: Analysis['type'] | undefined;
  /** Paths that changed, or are expected to. */
  readonly paths: readonly string[];
  /** In a stranger's words. */
  readonly title: string;
}

/** One commit of a plan task. */
export interface CommitMessage extends ConventionalTitle {
  /** What was done, in a stranger's words; a line or a sentence becomes a bullet. */
  readonly done: string;
  /** The issue's number at its forge, if it has one. */
  readonly issue: number | undefined;
  readonly position: { readonly number: number; readonly of: number } | undefined;
  /** Of ours, `Name: value`, none of it a stranger's. */
  readonly trailers: readonly string[];
}

/** Characters of the first line. */
const longestTitle = 72;
const longestBullet = 200;
const mostBullets = 12;
const longestScope = 24;

/** Types of Conventional Commits 1.0.0. */
const types = { bug: 'fix', feature: 'feat', refactor: 'refactor', docs: 'docs', test: 'test', chore: 'chore' } as const;

/**
 * `type(scope): title`, what was done as bullets, the issue and the task, and the trailers. Nothing that a stranger wrote can stand for a trailer,
 * close an issue or call a person: the last paragraph is ours, and every other line of theirs begins with a dash.
 */
export function commitMessage(message: CommitMessage): string {
  const bullets = bulletsOf(message.done);
  const parts = [conventionalTitle(message), bullets.join('\n'), referenceOf(message), message.trailers.join('\n')];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** `type(scope): title` in at most 72 characters, on one line. */
export function conventionalTitle({ type, paths, title }: ConventionalTitle): string {
  const scope = scopeOf(paths);
  const start = `${types[type ?? 'feature']}${scope === undefined ? '' : `(${scope})`}: `;
  const words = lowerFirst(withoutPrefix(plainLine(title))) || 'change what the issue asks for';
  return `${start}${shortened(words, longestTitle - start.length)}`;
}

/**
 * The folder that all changed sources lie in, in a word; of a single file its name. Tests and documentation count only where there is nothing
 * else.
 */
export function scopeOf(paths: readonly string[]): string | undefined {
  const sources = paths.filter((path) => !isNamedAsTest(path) && !liesAmongTests(path) && !/(?:^|\/)docs?\/|\.md$/i.test(path));
  const counted = sources.length > 0 ? sources : paths;
  const [first, ...others] = counted.map((path) => path.split('/'));
  if (first === undefined) return undefined;
  const common = others.reduce((shared, parts) => sharedStart(shared, parts.slice(0, -1)), first.slice(0, -1));
  const telling = common.filter((folder) => !/^(?:src|lib|libs|app|apps|packages|source|main|java|test|tests)$/i.test(folder));
  const name = telling.at(-1) ?? (others.length === 0 ? first.at(-1)?.replace(/^\.+/, '').replace(/\..*$/, '') : undefined);
  return wordOf(name);
}

function sharedStart(one: readonly string[], other: readonly string[]): string[] {
  const end = one.findIndex((part, at) => part !== other[at]);
  return one.slice(0, end === -1 ? one.length : end);
}

function wordOf(name: string | undefined): string | undefined {
  const word = name
    ?.toLowerCase()
    .replaceAll(/[^a-z\d._-]+/g, '-')
    .replaceAll(/^[-._]+|[-._]+$/g, '')
    .slice(0, longestScope);
  return word === '' ? undefined : word;
}

function referenceOf({ issue, position = { number: 1, of: 1 } }: CommitMessage): string {
  const task = `task ${position.number}/${position.of}`;
  return issue === undefined ? `Refs: ${task}` : `Refs #${issue} (${task})`;
}

function bulletsOf(done: string): readonly string[] {
  const lines = withoutInvisible(done.slice(0, 20_000))
    .split('\n')
    .map((line) => plainLine(line.replace(/^\s{0,20}(?:[-*+•]|\d{1,3}[.)]|#{1,6})\s+/, '')))
    .filter((line) => /[\p{L}\p{N}]/u.test(line));
  const [only] = lines;
  const items = lines.length === 1 && only !== undefined && only.length > longestBullet ? only.split(/(?<=[.!?])\s+(?=\p{Lu})/u) : lines;
  const kept = items.slice(0, mostBullets).map((item) => `- ${shortened(item, longestBullet)}`);
  return items.length > mostBullets ? [...kept, `- and ${items.length - mostBullets} more`] : kept;
}

/** A prefix that the title has already, such as `fix(cart):` or `[bug]`. */
function withoutPrefix(title: string): string {
  return title.replace(/^(?:\[[^\]]{1,30}\]\s*)+/, '').replace(/^[a-z]{2,10}(?:\([^)]{0,40}\))?!?:\s+/i, '');
}

/** A word in capitals, or a name, stays as it is. */
function lowerFirst(text: string): string {
  return /^\p{Lu}\p{Ll}*(?:\s|$)/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/**
 * One line of a stranger's as it may stand in a commit: nobody is called by it, and no forge takes it for the order to close an issue.
 */
function plainLine(text: string): string {
  return withoutInvisible(text)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(
      /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(:?\s{1,5})(?=#\d|GH-\d|https?:\/\/|[\w.-]{1,40}\/[\w.-]{1,100}#\d)/gi,
      '$1$2what is in ',
    )
    .replaceAll(/(?<![\w&])(?:#|GH-)(?=\d)/g, 'no. ')
    .replaceAll(/(?<=[\w.-])#(?=\d)/g, ' no. ')
    .replaceAll(/(?<![\w.])@(?=[\w-])/g, '@ ');
}

function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/u, '');
  const atWord = cut.replace(/\s+\S{0,20}$/, '');
  return `${(atWord.length > length / 2 ? atWord : cut).trimEnd()}…`;
}
