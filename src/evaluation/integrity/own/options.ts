import type { Block } from './blocks.ts';

/** An option, or a command, with which a program is told to test itself. */
const selfTest =
  /^-{0,2}(?:run[-_]?)?(?:self[-_]?)?(?:tests?|checks?|verify|selftests?|selfchecks?|sanity|smoke|doctests?|diagnose|asserts?|validate|self)$/i;

export function tellsToTest(word: string): boolean {
  return selfTest.test(word);
}

/** The name of an option as code has it in its own names: `--self-test` is `selfTest`, `self_test` or `selftest`. */
function namesOf(option: string): string[] {
  const bare = option.replace(/^-+/, '');
  const camel = bare.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
  return [...new Set([camel, bare.replaceAll('-', '_'), bare.replace(/[-_]/g, '')])];
}

/** Whether a statement asks for one of these options, or for something that was made of one. */
export function asksFor({ kind, head }: Pick<Block, 'kind' | 'head'>, options: readonly string[], aliases: ReadonlySet<string>): boolean {
  if (options.some((option) => asked(option).test(head))) return true;
  if (kind !== 'condition') {
    const first = /^(?:void |await |return )?(\w+)(?:&&|\?)/.exec(head)?.[1];
    return first !== undefined && aliases.has(first);
  }
  const names = options.flatMap(namesOf);
  return (
    [...head.matchAll(/\.(\w+)\b(?!\()/g)].some(([, name = '']) => names.includes(name)) ||
    [...head.matchAll(/(?<![\w$.])(\w+)\b(?!\()/g)].some(([, name = '']) => aliases.has(name))
  );
}

/** The option as a text by itself, or at the head of one that says what it takes. */
function asked(option: string): RegExp {
  return new RegExp(`["'\`](?:-\\w, ?)?${option.replace(/[^\w-]/g, '')}(?:[ =][^"'\`]{0,100})?["'\`]`);
}

/** A statement that declares options, without those that it declares beside these. */
export function withoutOthers(head: string, options: readonly string[]): string {
  const names = options.flatMap(namesOf);
  const isOwn = (part: string): boolean =>
    options.some((option) => asked(option).test(part)) || names.some((name) => new RegExp(`^,?"?${name}"?:`).test(part));
  return head
    .replace(/\.(?:option|command|description|alias|argument|usage|version|example|string|boolean|number)\([^()]{0,500}\)/g, (part) =>
      isOwn(part) ? part : '',
    )
    .replace(/,?"?[\w-]{1,60}"?:\{[^{}]{0,500}\}/g, (part) => (isOwn(part) ? part.replace(/^,/, '') : ''))
    .replaceAll('{,', '{');
}

/** How often a text asks for one of these options by its name. */
export function timesAsked(text: string, option: string): number {
  return text.match(new RegExp(asked(option), 'g'))?.length ?? 0;
}

/** Whether a condition holds where what it asks for is not there. */
export function isNegated(condition: string): boolean {
  if (/!==?-1|>-1|>=0/.test(condition)) return false;
  return /^(?:el)?(?:if )?!|\bnot\b|!==?|===?-1|<0/.test(condition);
}

/** Whether a condition holds for nothing but another option than these, such as `--help`. */
export function asksForAnother(condition: string, options: readonly string[]): boolean {
  if (isNegated(condition)) return false;
  return condition
    .replace(/^(?:el)?if /, '')
    .split(/\|\|| or /)
    .every((part) => {
      const [, option = ''] = /["'](-{1,2}[a-zA-Z][\w-]{0,40}|help|version)["']/.exec(part) ?? [];
      return option !== '' && !options.includes(option) && !/\blength\b|\blen\(/.test(part);
    });
}
