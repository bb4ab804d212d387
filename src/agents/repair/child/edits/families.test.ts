import { describe, expect, test } from 'vitest';
import { operatorFamilies, type OperatorFamily } from '../../../../domain/world.ts';
import { parseSource } from './parse.ts';
import { proposeCandidates } from './propose.ts';
import { survey } from './survey.ts';
import { applyEdits } from './text.ts';

/** Every text that one edit makes of a module, with the rule that makes it. */
function changesOf(path: string, text: string, families: readonly OperatorFamily[] = operatorFamilies): Map<string, string> {
  const read = survey(parseSource(path, text)!);
  const places = read.sites.map((site) => ({ survey: read, site, suspicion: 1 }));
  return new Map(proposeCandidates(places, families).map(({ edits, rule }) => [applyEdits(text, edits), rule]));
}

/** The text with runs of white space as one space each. */
function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

const mended: readonly { readonly rule: string; readonly faulty: string; readonly right: string }[] = [
  {
    rule: 'operator: arrow',
    faulty: 'const unique = (list, count) => list.filter(x > count[x] <= 1);',
    right: 'const unique = (list, count) => list.filter(x => count[x] <= 1);',
  },
  {
    rule: 'operator: order of operations',
    faulty: 'const before = (list) => list[list.length - 1 / 2];',
    right: 'const before = (list) => list[list.length / 2 - 1];',
  },
  {
    rule: 'literal: everywhere in the function',
    faulty: "function join(a, b) {\n  let text = a + '-';\n  text += b + '-';\n  return text + '/';\n}",
    right: "function join(a, b) {\n  let text = a + '/';\n  text += b + '/';\n  return text + '/';\n}",
  },
  {
    rule: 'literal: case of all strings of the function',
    faulty: "function answer(yes) {\n  if (yes) return 'yes';\n  return 'no';\n}",
    right: "function answer(yes) {\n  if (yes) return 'Yes';\n  return 'No';\n}",
  },
  {
    rule: 'variable: element for a literal',
    faulty:
      'function most(list) {\n  let best = 0;\n  for (const one of list) if (one > best) best = one;\n  return list.length ? best : null;\n}',
    right:
      'function most(list) {\n  let best = list[0];\n  for (const one of list) if (one > best) best = one;\n  return list.length ? best : null;\n}',
  },
  {
    rule: 'call: sorted by a key',
    faulty: "function inOrder(text) {\n  const rank = { one: 1, two: 2 };\n  return text.split(' ').filter(Boolean).join(' ');\n}",
    right:
      "function inOrder(text) {\n  const rank = { one: 1, two: 2 };\n  return text.split(' ').filter(Boolean).sort((a, b) => rank[a] - rank[b]).join(' ');\n}",
  },
  {
    rule: 'call: the rest from a counter',
    faulty: 'function skip(text, isEnd) {\n  let at = 0;\n  while (!isEnd(text)) at++;\n  return at;\n}',
    right: 'function skip(text, isEnd) {\n  let at = 0;\n  while (!isEnd(text.slice(at))) at++;\n  return at;\n}',
  },
  {
    rule: 'statement: exchange completed',
    faulty: 'function swap(list, i, j) {\n  const kept = list[i];\n  list[j] = kept;\n  return list;\n}',
    right: 'function swap(list, i, j) {\n  const kept = list[i];\n  list[i] = list[j];\n  list[j] = kept;\n  return list;\n}',
  },
  {
    rule: 'statement: separator',
    faulty:
      "function words(list) {\n  let text = '';\n  for (let i = 0; i < list.length; i++) {\n    text = text + list[i];\n  }\n  return text;\n}",
    right:
      "function words(list) {\n  let text = '';\n  for (let i = 0; i < list.length; i++) {\n    if (i > 0) text += ' ';\n    text = text + list[i];\n  }\n  return text;\n}",
  },
  {
    rule: 'statement: small one put in',
    faulty:
      "function shift(message) {\n  let text = '';\n  for (let i = 0; i < message.length; i++) {\n    let code = message.charCodeAt(i);\n    code += 1;\n  }\n  return text;\n}",
    right:
      "function shift(message) {\n  let text = '';\n  for (let i = 0; i < message.length; i++) {\n    let code = message.charCodeAt(i);\n    code += 1;\n    text += String.fromCharCode(code);\n  }\n  return text;\n}",
  },
  {
    rule: 'statement: else',
    faulty: "function balance(text) {\n  let open = 0;\n  for (const c of text) {\n    if (c === '(') open++;\n  }\n  return open;\n}",
    right:
      "function balance(text) {\n  let open = 0;\n  for (const c of text) {\n    if (c === '(') open++; else { open--; }\n  }\n  return open;\n}",
  },
  {
    rule: 'statement: last return',
    faulty: 'function has(list, wanted) {\n  for (const one of list) {\n    if (one === wanted) return true;\n  }\n}',
    right: 'function has(list, wanted) {\n  for (const one of list) {\n    if (one === wanted) return true;\n  }\n  return false;\n}',
  },
];

test.each(mended)('$rule makes the right text of a faulty one', ({ rule, faulty, right }) => {
  const changes = new Map([...changesOf('a.js', faulty)].map(([text, by]) => [flat(text), by]));

  expect(changes.get(flat(right))).toBe(rule);
});

test('what is declared as const is given no other value', () => {
  const changes = changesOf(
    'a.js',
    'function f(list) {\n  const sum = 0;\n  const all = [];\n  let n = 0;\n  n += list.length;\n  all.push(n);\n  return n;\n}',
  );

  expect([...changes.keys()].filter((text) => /^\s*(?:sum|all) [-+*]?= |^\s*sum(?:\+\+|--)/m.test(text))).toEqual([]);
  expect([...changes.keys()].some((text) => /^\s*n\+\+/m.test(text))).toBe(true);
});

describe('in a module with types', () => {
  const module = `export interface Item { readonly price: number }
export function label(count: number, name: string, tags: readonly string[]): string {
  const half: number = count / 2;
  return name.padEnd(half) + tags.join(name);
}
`;

  test('a name of another type does not take the place of a string', () => {
    const texts = [...changesOf('a.ts', module, ['variable']).keys()];

    expect(texts.filter((text) => /tags\.join\((?:count|half|tags)\)|padEnd\((?:name|tags)\)/.test(text))).toEqual([]);
    expect(texts.some((text) => text.includes('name.padEnd(count)'))).toBe(true);
  });

  test('a number is not wrapped in what only strings have, and a function returns what it promises', () => {
    const texts = [...changesOf('a.ts', module, ['call', 'guard']).keys()];

    expect(texts.filter((text) => /(?:half|count)\.(?:trim|toLowerCase|sort|split)\(|return (?:0|false|\[\]);/.test(text))).toEqual([]);
    expect(texts.some((text) => text.includes("return '';"))).toBe(true);
  });

  test('the same names in JavaScript are only less likely', () => {
    const plain = 'function label(count) {\n  const name = "a";\n  const half = count / 2;\n  return name.padEnd(half);\n}';

    expect([...changesOf('a.js', plain, ['variable']).keys()].some((text) => text.includes('padEnd(name)'))).toBe(true);
  });
});

describe('modules with elements', () => {
  const button = (types: boolean) => `import { useState } from 'react';
${types ? 'type Props = { readonly start: number; readonly label?: string };\n' : ''}
export function Counter({ start, label }${types ? ': Props' : ''}) {
  const [count, setCount] = useState${types ? '<number>' : ''}(start);
  const disabled = count > 10;
  return (
    <section>
      {label && <h1 title="counter">{label}</h1>}
      <button disabled={disabled} onClick={() => setCount(count - 1)}>{count} clicks</button>
    </section>
  );
}
`;

  test.each([
    ['counter.jsx', false],
    ['counter.tsx', true],
  ] as const)('%s is read, its defect mended, and what is made of it parses', (path, types) => {
    const text = button(types);
    const changes = changesOf(path, text);
    const sample = [...changes.keys()].filter((_, index) => index % 12 === 0);
    const unreadable = sample.filter((changed) => parseSource(path, changed) === undefined);

    expect(changes.get(text.replace('count - 1', 'count + 1'))).toBe('operator: arithmetic');
    expect(changes.get(text.replace('count > 10', 'count >= 10'))).toBe('operator: comparison');
    expect(unreadable.length / sample.length).toBeLessThan(0.02);
  });
});
