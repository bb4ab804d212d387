import type { LookFinding } from '../protocol.ts';
import type { LookFile, StepInput } from '../steps.ts';
import { dangersOf, mayBeDangerous } from './code/javascript.ts';
import { languageOf, scriptsOf } from './code/languages.ts';
import { dangersInText } from './code/text-rules.ts';
import { longestCode, treesOf } from './code/trees.ts';
import type { Found } from './found.ts';
import { foundInBoth, newFindings } from './found.ts';

export interface DangerousCode {
  readonly findings: readonly LookFinding[];
  /** Set where all code of the change is of languages that nothing here knows. */
  readonly unknown?: string;
}

/** Constructs that are dangerous wherever they stand, in the languages that are known here. */
export async function lookForDangerousCode({ files }: StepInput): Promise<DangerousCode> {
  const changed = files.filter(({ before, after }) => after !== undefined && after !== before);
  const languages = changed.map(({ path, after = '' }) => languageOf(path, after));
  const unknown = languages.flatMap((language) => (language.kind === 'unknown' ? [language.ending] : []));
  const isKnown = languages.some(({ kind }) => kind !== 'unknown' && kind !== 'no-code');
  if (unknown.length === 0 || isKnown) return { findings: newFindings(await foundInBoth(files, dangersIn)) };
  return { findings: [], unknown: `nothing here knows the language of ${[...new Set(unknown)].slice(0, 3).join(', ')}` };
}

async function dangersIn({ path }: LookFile, text: string): Promise<readonly Found[]> {
  if (text === '') return [];
  const language = languageOf(path, text);
  switch (language.kind) {
    case 'tree':
      return await dangersInTree(text, language.grammar);
    case 'markup':
      return await dangersInTree(scriptsOf(text), 'TypeScript');
    case 'text':
      return dangersInText(text, language.language);
    default:
      return [];
  }
}

async function dangersInTree(text: string, grammar: 'TypeScript' | 'Tsx' | 'JavaScript'): Promise<readonly Found[]> {
  const unread = text.length > longestCode ? [{ rule: 'code-not-read' as const, index: longestCode, snippet: '' }] : [];
  return [...unread, ...(mayBeDangerous(text) ? dangersOf(await treesOf(text, grammar), text) : [])];
}
