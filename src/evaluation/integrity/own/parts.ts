import { allBlocks, type Block, type PlacedBlock, type Program } from './blocks.ts';
import { asksFor, asksForAnother, isNegated, withoutOthers } from './options.ts';

/** A part of a program of the product by which that program tests itself. */
export interface OwnTest {
  /** What it is and where it stands: the same in two versions of a program where it is run alike. */
  readonly key: string;
  readonly block: Block;
  readonly start: number;
  readonly end: number;
  /** The functions that it stands in, the outermost first. */
  readonly within: readonly string[];
}

/** By its name a function that does nothing but test what lies around it. */
const ownName = /^(?:run_?)?(?:self_?(?:tests?|checks?)|(?:own|inner|builtin)_?tests?|doctests?)$|^test_\w+$/i;
const judgingName = /^_?(?:assert|expect|check|verify|test|ensure|must|should|same|equals?|eq|fail|ok|is_?equal|deep_?equal)/i;
const judgingText = /\bassert|\braise\b|\bthrow\b|\bexit|\bfail/i;
const judgingModules = /^(?:assert|strict|expect|should|chai|equal|strictEqual|deepEqual|deepStrictEqual|ok|test|it|describe|unittest)$/;
/** An assertion, and a difference between what a call gives and a literal that ends the program. */
const assertion = /^(?:console\.)?assert\b|^(?:assert\.|expect\()|\b(?:doctest\.testmod|unittest\.main|pytest\.main)\(/;
const comparison = /\)(?:===?|!==?)(?:["\d[{-]|True|False|true|false|null|None)|^assert\b/;
/** Rounds in which parts are found by what other parts call. */
const mostRounds = 20;

/**
 * What of a program tests the program itself: what is done where one of the options stands among its arguments, functions that are called
 * self-tests, assertions that stand outside of functions; with them the functions and data that only these use to compare, and the calls
 * that lead to them. In the order in which they stand; none stands in another.
 *
 * @param options with which the checks call it, such as `--selftest`; empty where they hand over nothing.
 */
export function ownTestsIn(program: Program, options: readonly string[]): OwnTest[] {
  const all = allBlocks(program.blocks);
  const aliases = new Set<string>();
  const parts = new Set<Block>();
  const hasDocTests = all.some(({ block }) => /\bdoctest\.testmod\(/.test(block.head));
  for (const { block, parents } of all) {
    if (/^class \w+\([^)]{0,200}TestCase\b/.test(block.head) || (hasDocTests && /^[rub]{0,2}".*>>>/.test(block.head))) parts.add(block);
    else if (block.kind === 'function') {
      if (block.names.some((name) => ownName.test(name) || isKeyFor(name, parents, options))) parts.add(block);
    } else if (block.kind !== 'around' && block.kind !== 'import' && asksFor(block, options, aliases)) {
      parts.add(block);
      if (block.kind === 'data') for (const name of block.names) aliases.add(name);
    } else if (isAssertion(block) && parents.every(({ kind }) => kind !== 'function')) {
      // The loop over the cases that it asserts belongs to it.
      parts.add(parents.find(({ kind, head }) => kind === 'around' && /^(?:async )?(?:for|while)\b/.test(head)) ?? block);
    }
  }
  if (parts.size === 0) return [];
  const places = placesIn(program);
  for (let round = 0; round < mostRounds && addUsed(all, parts, places) + addCallers(all, parts) > 0; round += 1);
  return all
    .filter(({ block, parents }) => parts.has(block) && !parents.some((parent) => parts.has(parent) && !isHeadOnly(parent)))
    .map(({ block, parents }): OwnTest => {
      const end = endOf(block, options);
      return { key: keyOf({ block, parents }, program, options), block, start: block.start, end, within: functionsOf(parents) };
    });
}

/** What is done where the option is not there is what the program is for. */
function isHeadOnly({ kind, head }: Block): boolean {
  return kind === 'condition' && isNegated(head);
}

/** Where what stands in a part ends that is put back: of what declares other options too, nothing is. */
function endOf(block: Block, options: readonly string[]): number {
  if (isHeadOnly(block)) return block.headEnd;
  return withoutOthers(block.head, options) === block.head ? block.end : block.start;
}

/** A function in a table of commands, by its key. */
function isKeyFor(name: string, parents: readonly Block[], options: readonly string[]): boolean {
  const outer = parents.at(-1)?.kind;
  return (outer === 'data' || outer === 'statement') && options.some((option) => option.replace(/^-+/, '') === name);
}

function isAssertion({ kind, head, children }: Block): boolean {
  if (kind === 'statement') return assertion.test(head);
  return kind === 'condition' && comparison.test(head) && children.some((inner) => /^(?:throw|raise)\b|exit\((?!0?\))/.test(inner.head));
}

/** Adds functions and data that parts use and nothing else does, and whatever compares for them. @returns how many. */
function addUsed(all: readonly PlacedBlock[], parts: Set<Block>, places: Places): number {
  const inParts = new Uint8Array(places.length);
  for (const block of parts) inParts.fill(1, block.start, isHeadOnly(block) ? block.headEnd : block.end);
  const holding = new Set(all.flatMap(({ block, parents }) => (parts.has(block) ? parents : [])));
  const found = all.filter(({ block, parents }) => {
    if (parts.has(block) || block.names.length === 0 || inParts[block.start] === 1) return false;
    // What leads to a part is what the program is for, with a test in it.
    if (block.kind === 'function' && holding.has(block)) return false;
    const used = block.names.flatMap((name) => places.of.get(name) ?? []).filter((at) => at < block.start || at >= block.end);
    if (!used.some((at) => inParts[at] === 1)) return false;
    const onlyHere = !block.isShared && used.every((at) => inParts[at] === 1);
    if (block.kind === 'function') return comparesItsOwn(block) || (onlyHere && looksLikeJudge(block));
    if (block.kind === 'data') return onlyHere && parents.every(({ kind }) => kind !== 'function');
    return block.kind === 'import' && block.names.some((name) => judgingModules.test(name));
  });
  for (const { block } of found) parts.add(block);
  return found.length;
}

/** Where each name stands in a program. */
interface Places {
  readonly of: ReadonlyMap<string, readonly number[]>;
  /** Characters of the program. */
  readonly length: number;
}

/** Places of one name that are looked at: what is used more often than this is no helper of a test. */
const mostPlaces = 500;

function placesIn({ bare }: Program): Places {
  const of = new Map<string, number[]>();
  for (const { 0: name, index } of bare.matchAll(/(?<![\w$.])[\w$]+/g)) {
    const known = of.get(name);
    if (known === undefined) of.set(name, [index]);
    else if (known.length < mostPlaces) known.push(index);
  }
  return { of, length: bare.length };
}

function looksLikeJudge(block: Block): boolean {
  return block.names.some((name) => judgingName.test(name)) || allBlocks([block]).some((inner) => judgingText.test(inner.block.head));
}

/** Whether a function compares two of its parameters with each other, as an assertion does. */
function comparesItsOwn(block: Block): boolean {
  const [, list = ''] = /\(([^()]{0,300})\)/.exec(block.head) ?? [];
  const parameters = list.split(',').map((each) => /^\w+/.exec(each.trim())?.[0] ?? '');
  return allBlocks(block.children).some(({ block: { head } }) =>
    [...head.matchAll(/\b(\w{1,100})(?:===?|!==?|,| is not | is )(\w{1,100})/g)].some(
      ([whole, one = '', other = '']) =>
        one !== other &&
        parameters.includes(one) &&
        parameters.includes(other) &&
        (!whole.includes(',') || /\b\w*(?:equal|same|is)\w*\(/i.test(head)),
    ),
  );
}

/** Adds the calls of functions in which parts stand: what is never called tests nothing. @returns how many. */
function addCallers(all: readonly PlacedBlock[], parts: Set<Block>): number {
  const holding = new Set(
    all.flatMap(({ block, parents }) =>
      parts.has(block) ? [block, ...parents].filter(({ kind }) => kind === 'function').flatMap(({ names }) => names) : [],
    ),
  );
  const calls = [...holding].map((name) => new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}\\(`));
  const found = all.filter(
    ({ block, parents }) =>
      (block.kind === 'statement' || block.kind === 'return' || block.kind === 'data') &&
      !parts.has(block) &&
      !parents.some((parent) => parts.has(parent) && !isHeadOnly(parent)) &&
      calls.some((call) => call.test(block.head)),
  );
  for (const { block } of found) parts.add(block);
  return found.length;
}

/** What a statement is, wherever it stands. */
export function identityOf({ kind, names, head }: Block, options: readonly string[]): string {
  return kind === 'function' || kind === 'data' ? `${kind} ${names.join()}` : withoutOthers(head, options);
}

/** The functions and conditions around it, how often its function may have returned before it, and what it is. */
export function keyOf({ block, parents }: PlacedBlock, program: Program, options: readonly string[]): string {
  const around = parents.map(({ kind, head, names }) =>
    kind === 'function'
      ? `in ${names.join()}`
      : withoutOthers(head, options)
          .replace(/,?\{\}/g, '')
          .slice(0, 200),
  );
  const isDeclared = block.kind === 'function' || block.kind === 'import';
  const returns = isDeclared
    ? 0
    : returnsBefore(block, parents.findLast(({ kind }) => kind === 'function')?.children ?? program.blocks, options);
  return [...around, `behind ${returns}`, `at ${block.indent}`, identityOf(block, options)].join('\n');
}

function returnsBefore({ start }: Block, among: readonly Block[], options: readonly string[]): number {
  return allBlocks(among).filter(
    ({ block, parents }) =>
      block.start < start &&
      (block.kind === 'return' || /:return\b/.test(block.head)) &&
      !parents.some(({ kind }) => kind === 'function') &&
      ![...parents, block].some((each) => each.kind === 'condition' && asksForAnother(each.head, options)),
  ).length;
}

/** The names of the functions among these blocks. */
export function functionsOf(blocks: readonly Block[]): readonly string[] {
  return blocks.filter(({ kind }) => kind === 'function').flatMap(({ names }) => names);
}
