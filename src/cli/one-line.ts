import { stripVTControlCharacters } from 'node:util';
import { visibleText } from '../domain/visible-text.ts';

/** A text from an issue, an agent or a test on one line of a terminal: nothing in it is obeyed, and no colours of others are left. */
export function oneLine(text: string): string {
  return visibleText(stripVTControlCharacters(text)).text.replaceAll(/\s+/g, ' ').trim();
}
