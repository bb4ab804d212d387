import { withoutInvisible } from '../../domain/visible-text.ts';

/** What somebody else said, as it may stand in a line for people: short, and with nothing in it that nobody sees. */
export function shown(text: string, most = 200): string {
  return withoutInvisible(text.slice(0, most * 2))
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, most);
}
