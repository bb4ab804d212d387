import type { LookFinding } from '../protocol.ts';
import type { LookFile, StepInput } from '../steps.ts';
import { capabilitiesInText } from './code/capabilities-text.ts';
import { capabilitiesOf, capableWords } from './code/capabilities-javascript.ts';
import { languageOf, scriptsOf } from './code/languages.ts';
import { treesOf } from './code/trees.ts';
import type { Found } from './found.ts';
import { foundInBoth, newFindings } from './found.ts';
import { installScriptsOf } from './install-scripts.ts';
import { unreadableIn } from './unreadable.ts';

/** What a change can do that its files could not do before, and what it hides from who reads it. */
export async function lookForCapabilities({ files }: StepInput): Promise<readonly LookFinding[]> {
  return newFindings(await foundInBoth(files, foundIn));
}

async function foundIn(file: LookFile, text: string): Promise<readonly Found[]> {
  if (text === '') return [];
  const gained = once(await capabilities(file.path, text));
  return [...gained, ...unreadableIn(text, file.path), ...installScriptsOf(file.path, text)];
}

async function capabilities(path: string, text: string): Promise<readonly Found[]> {
  const language = languageOf(path, text);
  switch (language.kind) {
    case 'tree':
      return capableWords.test(text) ? capabilitiesOf(await treesOf(text, language.grammar), text) : [];
    case 'markup': {
      const scripts = scriptsOf(text);
      return capableWords.test(scripts) ? capabilitiesOf(await treesOf(scripts, 'TypeScript'), scripts) : [];
    }
    case 'text':
      return capabilitiesInText(text, language.language);
    default:
      return [];
  }
}

/** A file has a capability or has it not: the first place stands for all, and where it is used does not matter. */
function once(found: readonly Found[]): readonly Found[] {
  const first = new Map<string, Found>();
  for (const one of found.toSorted((left, right) => left.index - right.index)) {
    if (!first.has(one.rule)) first.set(one.rule, { ...one, snippet: '' });
  }
  return [...first.values()];
}
