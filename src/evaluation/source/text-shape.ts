import { brief } from './canonical.ts';
import type { Language } from './languages.ts';
import { scanText } from './scan-text.ts';
import { plain, statementsOf, type TextStatement } from './statements.ts';
import type { Entry, TestShape } from './test-shape.ts';

/** How tests are left out, by language. Found in code only, never in comments, except where a comment is what does it. */
const leavingOut: Readonly<Partial<Record<Language['name'], readonly (readonly [name: string, pattern: RegExp])[]>>> = {
  python: [
    ['skip', /@(?:pytest\.mark|unittest)\.skip\w*|\b(?:pytest|self)\.skip(?:Test)?\s*\(|\bSkipTest\b|\bpytest\.importorskip\b/g],
    ['xfail', /\bpytest\.(?:mark\.)?xfail\b|@unittest\.expectedFailure/g],
    ['pytestmark', /^pytestmark\b/gm],
    ['__test__', /\b__test__\s*=/g],
    ['collect_ignore', /\bcollect_ignore(?:_glob)?\b/g],
    ['process exit', /\b(?:sys\.exit|os\._exit|os\.abort|pytest\.exit)\s*\(/g],
  ],
  go: [
    ['skip', /\.Skip(?:Now|f)?\s*\(/g],
    ['testing.Short', /\btesting\.Short\s*\(/g],
    ['TestMain', /\bfunc TestMain\b/g],
    ['process exit', /\b(?:os\.Exit|runtime\.Goexit|syscall\.Exit)\s*\(/g],
  ],
  rust: [
    ['ignore', /#\[\s*ignore\b/g],
    ['cfg', /#!?\[\s*cfg(?:_attr)?\s*\((?!\s*test\s*\))/g],
    ['should_panic', /#\[\s*should_panic\b/g],
    ['process exit', /\bprocess::(?:exit|abort)\s*\(/g],
  ],
  java: [
    ['disabled', /@(?:Disabled\w*|Ignore|EnabledIf\w*|EnabledOn\w*|PendingFeature|IgnoreIf)\b|enabled\s*=\s*false/g],
    ['assume', /\b(?:assume(?:True|False|That|No\w*)|abort)\s*\(|\bthrow new (?:Skip|TestAborted)\w*/g],
    ['process exit', /\b(?:System\.exit|Runtime\.getRuntime\(\)\.halt)\s*\(/g],
  ],
  csharp: [
    ['skip', /\bSkip\s*=/g],
    ['ignore', /\[\s*(?:Ignore|Explicit)\b|\bAssert\.(?:Ignore|Inconclusive|Skip)\b|\bSkip\.If/g],
    ['process exit', /\bEnvironment\.(?:Exit|FailFast)\s*\(/g],
    ['#if', /^\s*#if\b/gm],
  ],
  ruby: [
    ['skip', /\b(?:skip|pending|xit|xdescribe|fit|fdescribe)\b/g],
    ['process exit', /\b(?:exit!?|abort)\b/g],
  ],
  shell: [
    ['no matter what', /\|\|\s*(?:true|:|exit 0)|\bset \+e\b/g],
    ['process exit', /\bexit\s+0\b/g],
    ['skip', /^\s*skip\b/gm],
  ],
};
/** Of Go, where a comment decides whether a file is built. */
const buildTag = /^\/\/(?:go:build|\s*\+build)\b/gm;

const assertion =
  /\b(?:assert\w*|expect\w*|should\w*|verify|raises|fail|Fatal\w*|Error\w*|Assert|Expect|require)\b|\bt\.(?:Error|Fatal)|\bthrow\b|\bpanic!|\bassert\w*!/;
const test = /(?:\b(?:def|func|fn|void|fun|Task|it|test|describe|context|scenario)\b|@test)\s*\W?\s*"?(\w[^("]*)/;
/** Where something comes from is looked at by itself. */
const bringing =
  /^(?:import\b|from\s+[\w.]+\s*import\b|use\s|using\s[\w.=]+$|package\s|#include\b|require\b|require_relative\b|"[\w./-]+"$)/;

/** What stands in the tests of a language that is not parsed, as {@link testShape} tells it of JavaScript. */
export function textShape(text: string, language: Language): TestShape {
  const statements = new Map<string, Entry>();
  const note = (statement: TextStatement, own: string): void => {
    const key = [...statement.around, brief(own)].join('\n');
    const title = statement.isHeader ? test.exec(own)?.[1] : undefined;
    const kind = title !== undefined ? 'test' : assertion.test(own) ? 'assertion' : 'statement';
    const label = (title ?? own).slice(0, 80);
    statements.set(key, { kind, label, count: (statements.get(key)?.count ?? 0) + 1 });
  };
  for (const statement of statementsOf(text, language)) {
    if (bringing.test(statement.text) || statement.around.some((header) => header === 'import' || header.startsWith('import('))) continue;
    const { own, rows } = withoutRows(statement.text);
    note(statement, own);
    for (const row of rows) note({ ...statement, around: [...statement.around, brief(own)], isHeader: false }, row);
  }
  return { statements, leftOut: leftOutIn(text, language) };
}

function leftOutIn(text: string, language: Language): Map<string, number> {
  const { bare } = scanText(text, language);
  const counts = new Map<string, number>();
  for (const [name, pattern] of leavingOut[language.name] ?? []) {
    const count = bare.match(pattern)?.length ?? 0;
    if (count > 0) counts.set(name, count);
  }
  const returns = bare.match(/^\s*return\s*;?\s*$/gm)?.length ?? 0;
  if (returns > 0) counts.set('return', returns);
  const tags = language.name === 'go' ? (text.match(buildTag)?.length ?? 0) : 0;
  if (tags > 0) counts.set('build tag', tags);
  return counts;
}

/** Rows of a table of cases stand for themselves, so that there may be more of them: what lies in a list of lists. */
function withoutRows(text: string): { readonly own: string; readonly rows: readonly string[] } {
  const open =
    /^(?:@[\w.]*parametrize\(.{0,200}?,|for .{1,100} in ?)\[(?=[[({\w"-])/.exec(text) ??
    /^\w+(?::[^=]{1,60})?=\[(?=[[({]|(?:\w+\.)?param\()/.exec(text);
  if (open === null) return { own: text, rows: [] };
  const from = open.index + open[0].length;
  const parts: string[] = [];
  let depth = 0;
  let start = from;
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"' && text.charAt(at - 1) !== '\\') quoted = !quoted;
    if (quoted) continue;
    if ('[({'.includes(character)) depth += 1;
    else if (')}]'.includes(character)) {
      if (depth === 0) {
        parts.push(text.slice(start, at));
        return { own: text.slice(0, from) + text.slice(at), rows: parts.map(plain).filter((part) => part !== '') };
      }
      depth -= 1;
    } else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return { own: text, rows: [] };
}
