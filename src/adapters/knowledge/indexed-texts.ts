import { signatureMessage } from '../../domain/error-signature.ts';
import { conceptsIn } from '../../domain/concepts.ts';
import { askedNames, searchedText } from '../../domain/searched-words.ts';
import type { KnowledgeEntry } from '../../ports/knowledge.ts';

/** So much of each part of an entry is looked through, in characters. */
const most = { body: 20_000, diff: 8_000, lessons: 8_000, errors: 8_000, names: 8_000 } as const;

/** An entry as indices hold it. */
export interface IndexedTexts {
  readonly title: string;
  readonly body: string;
  readonly errors: string;
  readonly paths: string;
  readonly lessons: string;
  readonly diff: string;
  /** What the title, the body and the lessons speak of; see `conceptsIn`. */
  readonly concepts: string;
  /** Names of code, to be found by parts of them. */
  readonly names: string;
  readonly signatures: ReadonlyArray<{ readonly signature: string; readonly message: string }>;
  readonly files: ReadonlyArray<{ readonly path: string; readonly name: string }>;
}

/** How much a word in each part tells, in the order of the parts. */
export const partWeights = { title: 4, body: 2, errors: 2, paths: 1.5, lessons: 2, diff: 0.5, concepts: 1.5 } as const;

export function indexedTexts(entry: KnowledgeEntry): IndexedTexts {
  const messages = entry.errors.map(({ message }) => message).join('\n');
  const body = entry.body.slice(0, most.body);
  const changed = changedLines(entry.diff).slice(0, most.diff);
  const lessons = [...entry.lessons, ...entry.plan, ...entry.labels].join('\n').slice(0, most.lessons);
  const named = `${entry.title}\n${messages.slice(0, most.errors)}\n${entry.paths.join('\n')}\n${body}\n${lessons}`;
  return {
    title: searchedText(`${entry.issue === undefined ? '' : `#${entry.issue} `}${entry.title}`),
    body: searchedText(body),
    errors: searchedText(messages.slice(0, most.errors)),
    paths: searchedText(entry.paths.join('\n').slice(0, most.names)),
    lessons: searchedText(lessons),
    diff: searchedText(changed),
    concepts: conceptsIn(`${entry.title}\n${entry.title}\n${body}\n${lessons}`).join(' '),
    names: askedNames(named).join('\n').slice(0, most.names),
    signatures: [...new Set(entry.errors.map(({ signature }) => signature))].map((signature) => ({
      signature,
      message: signatureMessage(signature),
    })),
    files: [...new Set(entry.paths)].map((path) => ({ path, name: fileName(path) })),
  };
}

/** The last part of a path, in small letters. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}

/** What a diff takes away and puts in; what stands around it says less of what it was about. */
function changedLines(diff: string): string {
  return diff
    .slice(0, most.diff * 4)
    .split('\n')
    .filter((line) => /^[-+](?![-+])/.test(line) || line.startsWith('@@'))
    .map((line) => line.replace(/^@@[^@]*@@/, '').replace(/^[-+]/, ''))
    .join('\n');
}
