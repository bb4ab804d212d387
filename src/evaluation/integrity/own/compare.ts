import type { IntegrityFinding } from '../../../domain/choice.ts';
import { brief } from '../../source/canonical.ts';
import { allBlocks, readProgram, type Block, type Program } from './blocks.ts';
import { withoutOthers } from './options.ts';
import { functionsOf, identityOf, keyOf, ownTestsIn, type OwnTest } from './parts.ts';

/** A program of the product that the checks run, before and after a change. */
export interface ProgramVersions {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** With which the checks tell it to test itself. */
  readonly options: readonly string[];
}

/** The parts of a program by which it tests itself; none where it cannot be read, or holds none. */
export function ownTestsOf(text: string, path: string, options: readonly string[]): readonly OwnTest[] {
  const program = readProgram(text, path);
  return program === undefined ? [] : ownTestsIn(program, options);
}

/**
 * What a change takes away from the parts by which a program of the product tests itself: each has to stand where it stood, run as it was,
 * with everything that was in it. What is added to them is put back before anything is run, and is no finding.
 */
export function ownTestFindings(versions: ProgramVersions): IntegrityFinding[] {
  const { path } = versions;
  const { pairs, gone, rebound } = paired(versions);
  const lost = gone[0]?.block.head ?? pairs.flatMap(({ old, fresh }) => lostIn(old, fresh) ?? [])[0];
  const what = lost?.slice(0, 80) ?? rebound;
  return what === undefined
    ? []
    : [{ rule: 'check-program-changed', path, detail: `It changes how ${path}, which the checks run, tests itself: "${what}".` }];
}

/**
 * A program as a change has it, with the parts by which it tests itself as the base has them.
 *
 * @returns undefined where nothing has to be put back.
 */
export function withOwnTestsOfBase(versions: ProgramVersions): string | undefined {
  const { before, after } = versions;
  let text = after;
  for (const { old, fresh } of paired(versions).pairs.toSorted((a, b) => b.fresh.start - a.fresh.start))
    text = text.slice(0, fresh.start) + before.slice(old.start, old.end) + text.slice(fresh.end);
  return text === after ? undefined : text;
}

interface Pair {
  readonly old: OwnTest;
  readonly fresh: OwnTest;
}

/** Statements of the same words that are looked at for the one that stands where a part stood. */
const mostAlike = 50;

interface Paired {
  readonly pairs: readonly Pair[];
  readonly gone: readonly OwnTest[];
  /** A name that a part declares, and that the program now gives another meaning as well. */
  readonly rebound: string | undefined;
}

function paired({ before, after, path, options }: ProgramVersions): Paired {
  const [then, now] = [readProgram(before, path), readProgram(after, path)];
  const own = then === undefined ? [] : ownTestsIn(then, options);
  if (then === undefined || now === undefined) return { pairs: [], gone: own, rebound: undefined };
  const left = Map.groupBy(allBlocks(now.blocks), ({ block }) => identityOf(block, options));
  const pairs: Pair[] = [];
  const gone: OwnTest[] = [];
  for (const part of own) {
    const alike = left.get(identityOf(part.block, options)) ?? [];
    const at = alike
      .slice(0, mostAlike)
      .findIndex(({ block, parents }) => block.kind === part.block.kind && keyOf({ block, parents }, now, options) === part.key);
    const [found] = at === -1 ? [] : alike.splice(at, 1);
    if (found === undefined) gone.push(part);
    else {
      const { block } = found;
      const end = part.end === part.start ? block.start : part.end < part.block.end ? block.headEnd : block.end;
      pairs.push({ old: part, fresh: { ...part, block, start: block.start, end } });
    }
  }
  const declared = ['*', ...own.flatMap(({ block }) => block.names)].map((name) => ({ name, within: [] }));
  const more = declared.find((each) => bindings(now, each, options).length > bindings(then, each, options).length);
  const asked = own.flatMap(({ block, within }) => askedIn(block).map((name) => ({ name, within })));
  const other = asked.find((each) => bindings(now, each, options).join('\n') !== bindings(then, each, options).join('\n'));
  return { pairs, gone, rebound: (more ?? other)?.name };
}

/** What a condition asks: which of the variables around it decide. */
function askedIn({ kind, head }: Block): string[] {
  if (kind !== 'condition') return [];
  const names = head.replace(/"[^"]{0,300}"/g, '""').match(/(?<![\w$.])[a-zA-Z_$][\w$]*(?![\w$(])/g) ?? [];
  return names.filter((name) => !/^(?:if|elif|case|in|is|not|and|or|true|false|null|undefined|None|True|False|process|sys)$/.test(name));
}

interface Variable {
  readonly name: string;
  /** The functions that it is looked for in; a variable from outside of them is one all the same. */
  readonly within: readonly string[];
}

/** The statements that give a name a meaning, or another value; within these functions, and outside of all. */
function bindings({ blocks }: Program, { name, within }: Variable, options: readonly string[]): string[] {
  const own = name.replace(/[$*]/g, '\\$&');
  const set = new RegExp(
    `^(?:(?:globalThis|global|window)[. ])?${own}(?:\\.length|\\[[^\\]]{0,100}\\])?(?:[-+*/|&?]{0,2}=(?!=)|\\.(?:splice|pop|shift|fill|clear|remove)\\()`,
  );
  return allBlocks(blocks)
    .filter(({ block, parents }) => {
      const around = functionsOf(parents);
      const isNear = within.length === 0 || around.every((each) => within.includes(each));
      return isNear && (block.names.includes(name) || set.test(block.head));
    })
    .map(({ block }) => withoutOthers(block.head, options));
}

/** A statement that stood in a part and is no longer there, or stands elsewhere in it; a list of cases may have grown. */
function lostIn(old: OwnTest, fresh: OwnTest): string | undefined {
  // Of a condition under which the program does what it is for, only that it is asked is a part.
  if (old.end < old.block.end) return undefined;
  const left = linesOf(fresh.block);
  const lost = linesOf(old.block).find((line) => {
    const at = left.findIndex((one) => one === line || isLonger(line, one));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  return lost?.split('\n').at(-1);
}

function linesOf(block: Block): string[] {
  return allBlocks([block]).map(({ block: inner, parents }) => [...parents.map(({ head }) => brief(head)), inner.head].join('\n'));
}

/** A list of cases with more of them behind. */
function isLonger(then: string, now: string): boolean {
  const open = then.replace(/[\])}]+$/, '');
  return open !== then && /\[[[({]/.test(open) && now.startsWith(open) && /^[\])}]?,/.test(now.slice(open.length));
}
