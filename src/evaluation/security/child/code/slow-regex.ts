/** What stands in one alternative of a group so far. */
interface Alternative {
  /** Something in it may be repeated without end. */
  repeats: boolean;
  /** Something in it must be there, once: it tells one round of the group from the next. */
  fixed: boolean;
  atoms: string[];
}

interface Group {
  readonly alternatives: Alternative[];
  /** Looks ahead or behind: takes nothing. */
  readonly looks: boolean;
}

/**
 * Whether a regular expression repeats a group without end in which one alternative is itself nothing but repetitions (`(a+)+`), or two
 * alternatives begin alike (`(a|a)*`): such an expression can take exponential time on a text that it does not match. Reads the expression once;
 * it finds the common forms, not all.
 */
export function takesExponentialTime(source: string): boolean {
  const groups: Group[] = [{ alternatives: [emptyAlternative()], looks: false }];
  const pattern =
    /\\(?:[ux]\{?[\da-fA-F]{1,6}\}?|[pP]\{[^}]{0,40}\}|[^])|\[(?:\\[^]|[^\]\\])*\]|\(\?(?:<?[=!]|:|<\w{1,60}>|[ims-]{1,6}:)|\(|\)|\||[^]/g;
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    const [token] = match;
    const current = groups.at(-1)!;
    const alternative = current.alternatives.at(-1)!;
    if (token.startsWith('(')) {
      groups.push({ alternatives: [emptyAlternative()], looks: /^\(\?<?[=!]/.test(token) });
    } else if (token === '|') current.alternatives.push(emptyAlternative());
    else if (token === ')') {
      if (groups.length === 1) return false;
      groups.pop();
      const quantity = quantifierAt(source, pattern.lastIndex);
      pattern.lastIndex += quantity.length;
      if (current.looks) continue;
      if (quantity.endless && isAmbiguous(current)) return true;
      note(groups.at(-1)!.alternatives.at(-1)!, {
        repeats: quantity.endless || current.alternatives.some(({ repeats }) => repeats),
        fixed: !quantity.endless && !quantity.optional && current.alternatives.every(({ fixed }) => fixed),
        atom: '()',
      });
    } else if (!/^[\^$]$|^\\[bB]$/.test(token)) {
      const quantity = quantifierAt(source, pattern.lastIndex);
      pattern.lastIndex += quantity.length;
      note(alternative, { repeats: quantity.endless, fixed: !quantity.endless && !quantity.optional, atom: token });
    }
  }
  return false;
}

function note(alternative: Alternative, { repeats, fixed, atom }: { repeats: boolean; fixed: boolean; atom: string }): void {
  alternative.repeats ||= repeats;
  alternative.fixed ||= fixed;
  alternative.atoms.push(atom);
}

function isAmbiguous({ alternatives }: Group): boolean {
  if (alternatives.some(({ repeats, fixed }) => repeats && !fixed)) return true;
  const single = alternatives.filter(({ atoms }) => atoms.length === 1 && atoms[0] !== '()').map(({ atoms }) => atoms[0]!);
  if (new Set(single).size < single.length) return true;
  // Classes that hold each other: a digit is a word character, and everything is a dot.
  return (
    (single.includes(String.raw`\w`) && single.includes(String.raw`\d`)) ||
    (single.includes('.') && single.some((atom) => /^(?:\\[wds]|\w)$/.test(atom)))
  );
}

function quantifierAt(source: string, at: number): { readonly length: number; readonly endless: boolean; readonly optional: boolean } {
  const [whole = '', mark = '', least] = /^([*+?]|\{(\d{1,6})(?:,\d{0,6})?\})\??/.exec(source.slice(at, at + 20)) ?? [];
  return {
    length: whole.length,
    endless: mark === '*' || mark === '+' || mark.endsWith(',}'),
    optional: mark === '*' || mark === '?' || least === '0',
  };
}

function emptyAlternative(): Alternative {
  return { repeats: false, fixed: false, atoms: [] };
}
