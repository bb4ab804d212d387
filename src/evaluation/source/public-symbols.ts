import { languageOf, type Language } from './languages.ts';
import { scanText } from './scan-text.ts';

type Symbols = ReadonlyMap<string, boolean>;

/**
 * The public symbols of a Python, Go, Rust or Java file, each with whether it is documented as its language has it: a docstring in a
 * function or class of a Python module, a comment right before an exported name of Go, `///` before what is `pub`, `/**` before what is
 * public in Java. Found by the text of the code, comments and strings left out; an overriding method of Java needs no words of its own.
 *
 * @returns undefined for other languages.
 */
export function publicSymbols(text: string, path: string): Symbols | undefined {
  const language = languageOf(path);
  const read = language === undefined ? undefined : readers[language.name];
  return read === undefined || language === undefined ? undefined : read(text.replaceAll('\r\n', '\n'), language);
}

const readers: Readonly<Partial<Record<Language['name'], (text: string, language: Language) => Symbols>>> = {
  python: (text, language) => {
    const { code, bare } = scanText(text, language);
    const found = new Map<string, boolean>();
    for (const match of bare.matchAll(/^(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z]\w*)/gm)) {
      const body = bodyStart(bare, match.index);
      note(found, match[1], body !== undefined && /^\s*[rRuU]?(?:"""|'''|"|')/.test(code.slice(body)));
    }
    return found;
  },
  go: (text, language) =>
    declared(text, language, /^(?:func(?:[ \t]*\([^)\n]{0,200}\))?|type|var|const)[ \t]+([A-Z]\w*)/gm, (above) =>
      /^\/\/(?!go:)|\*\/$/.test(above.at(-1) ?? ''),
    ),
  rust: (text, language) =>
    declared(
      text.split(/^[ \t]*#\[cfg\(test\)\]/m)[0] ?? '',
      language,
      /^[ \t]*pub[ \t]+(?:(?:async|const|unsafe|extern[ \t]+"[^"\n]*")[ \t]+)*(?:fn|struct|enum|trait|type|const|static|union|mod)[ \t]+([A-Za-z_]\w*)/gm,
      (above) => above.some((line) => /^(?:\/\/\/|#\[doc\b)/.test(line)) || lastBut(above, /^#!?\[/)?.endsWith('*/') === true,
    ),
  java: (text, language) =>
    declared(
      text,
      language,
      /^[ \t]*public[ \t]+(?:(?:static|final|abstract|sealed|synchronized|default|strictfp|native)[ \t]+)*(?:<[^>\n]{0,200}>[ \t]*)?(?:(?:class|interface|enum|record|@interface)[ \t]+|[\w.<>[\], ?]{1,200}[ \t]+(?=\w+[ \t]*[(;=])|(?=\w+[ \t]*\())([A-Za-z_]\w*)/gm,
      (above) => above.some((line) => line.startsWith('@Override')) || lastBut(above, /^@/)?.endsWith('*/') === true,
    ),
};

/** What matches in code, and whether the lines above it, up to an empty one, document it. */
function declared(text: string, language: Language, pattern: RegExp, isDocumented: (above: readonly string[]) => boolean): Symbols {
  const { bare } = scanText(text, language);
  const lines = text.split('\n');
  const found = new Map<string, boolean>();
  for (const match of bare.matchAll(pattern)) {
    const at = bare.slice(0, match.index).split('\n').length - 1;
    const above: string[] = [];
    for (let line = at - 1; line >= 0 && above.length < 200; line -= 1) {
      const said = lines[line]?.trim() ?? '';
      if (said === '' || !isAbout(said)) break;
      above.unshift(said);
    }
    note(found, match[1], isDocumented(above));
  }
  return found;
}

/** A comment, an attribute or an annotation. */
function isAbout(line: string): boolean {
  return /^(?:\/\/|\/\*|\*|#!?\[|@\w)|\*\/$/.test(line);
}

function lastBut(lines: readonly string[], passed: RegExp): string | undefined {
  return lines.findLast((line) => !passed.test(line));
}

/** Of several of one name (a type and its constructor, overloads) one that is documented is enough. */
function note(found: Map<string, boolean>, name: string | undefined, documented: boolean): void {
  if (name !== undefined) found.set(name, documented || found.get(name) === true);
}

/** What follows the colon that ends the head of a Python function or class. */
function bodyStart(bare: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < bare.length && at < from + 20_000; at += 1) {
    const character = bare.charAt(at);
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (character === ':' && depth === 0) return at + 1;
  }
  return undefined;
}
