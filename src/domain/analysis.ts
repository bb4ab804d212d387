import { z } from 'zod';
import type { Issue } from './issue.ts';
import { authorOf } from './issue.ts';
import { labelsOf } from './labels.ts';

export const analysisSchema = z.object({
  type: z.enum(['bug', 'feature', 'refactor', 'docs', 'test', 'chore']),
  /** 0 to 10. Below 3 a run takes the short way, above 7 a person approves the plan. */
  complexity: z.number().min(0).max(10),
  priority: z.enum(['P0-Critical', 'P1-High', 'P2-Medium', 'P3-Low']),
  securitySensitive: z.boolean(),
  effortHours: z.number(),
  scope: z.object({ files: z.array(z.string()), symbols: z.array(z.string()) }),
  labels: z.array(z.string()),
  /** Why, in sentences. */
  reasons: z.array(z.string()),
});
export type Analysis = z.infer<typeof analysisSchema>;

const typeWords: ReadonlyArray<readonly [Analysis['type'], RegExp]> = [
  [
    'bug',
    /\b(bugs?|fix(es|ed)?|broken?|wrong(ly)?|fail(s|ed|ing|ure)?|crash(es|ed)?|errors?|incorrect(ly)?|regression|fault|should (be|return|not)|instead of|off[- ]by[- ]one|nan|undefined|never|cannot|(does|do|is|are) not|doesn't|don't|isn't|too (much|many|few|little|late|early|high|low|large|small|heavy|long|short)|(less|more|lower|higher|later|earlier) than)\b/gi,
  ],
  ['docs', /\b(docs?|documentation|readme|typo|comment|changelog)\b/gi],
  ['test', /\b(add (a )?tests?|test coverage|cover(age)?|flaky)\b/gi],
  ['refactor', /\b(refactor|clean ?up|rename|extract|simplif(y|ies)|restructure|split up|deduplicate)\b/gi],
  ['chore', /\b(bump|upgrade|update dependenc(y|ies)|lint|format(ting)?|ci)\b/gi],
  ['feature', /\b(add|support|implement|introduce|allow|enable|new|feature|provide|offer)\b/gi],
];

const priorityWords: ReadonlyArray<readonly [Analysis['priority'], RegExp]> = [
  ['P0-Critical', /\b(p0|hotfix|outage|production is down)\b/i],
  [
    'P1-High',
    /\b(p1|high priority|critical|urgent|data loss|security hole|important|blocker|blocking|customers? (are|is) affected|as soon as possible)\b/i,
  ],
  ['P3-Low', /\b(p3|low priority|minor|nice to have|cosmetic|some day)\b/i],
];

const securityWords =
  /\b(security|vulnerab|password|token|secret|credential|auth(entication|orisation|orization)?|injection|xss|csrf|encrypt|permission|sandbox|cve)\b/i;
const wideWords =
  /\b(architecture|migrat(e|ion)|rewrite|redesign|breaking change|across the (code ?base|project)|concurren(cy|t)|distributed|performance|schema|protocol|public api|backwards? compatib)/gi;

/**
 * Judges an issue by rules, with no model: words, labels in brackets, the items of its task list, and the
 * files and symbols of the repository that it names.
 *
 * @param files paths of the repository at the base, relative to its top.
 * @param items number of items in the issue's task list.
 */
export function analyseIssue(issue: Issue, files: readonly string[], items: number): Analysis {
  const text = `${issue.title}\n${issue.body}`;
  const type = judgeType(issue);
  const scope = { files: mentionedFiles(text, files), symbols: mentionedSymbols(text, files) };
  const securitySensitive = securityWords.test(text);
  const { complexity, reasons } = judgeComplexity({ text, type, items, files: scope.files.length, securitySensitive });
  const worded = priorityWords.find(([, words]) => words.test(text))?.[0] ?? (securitySensitive ? 'P1-High' : 'P2-Medium');
  // Nobody is asked about a hotfix: of an issue that others wrote a label makes one, which not everybody may put on it.
  const priority = worded === 'P0-Critical' && authorOf(issue) === 'others' ? 'P1-High' : worded;
  const effortHours = Math.max(1, Math.round(complexity * 2));
  const judged = { type, complexity, priority, securitySensitive, effortHours, scope, reasons };
  return { ...judged, labels: [...labelsOf(judged)] };
}

/** Whether it is so urgent that nothing is waited for: it is done as one task, and its plan has no gate. */
export function isHotfix({ priority }: { readonly priority?: Analysis['priority'] }): boolean {
  return priority === 'P0-Critical';
}

/** The kind whose words occur most often; the title counts three times. An issue without any such word is a feature. */
function judgeType(issue: Issue): Analysis['type'] {
  const [title, body] = [withoutCode(issue.title), withoutCode(issue.body)];
  const counted = typeWords.map(([type, words]) => ({
    type,
    count: 3 * (title.match(words)?.length ?? 0) + (body.match(words)?.length ?? 0),
  }));
  const best = counted.reduce((left, right) => (right.count > left.count ? right : left));
  return best.count === 0 ? 'feature' : best.type;
}

/** What a function is called says nothing of what is wanted: `add()` may be broken, and `fixup()` be new. */
function withoutCode(text: string): string {
  return text.replaceAll(/`[^`\n]{0,200}`/g, ' ').replaceAll(/[\w$.]{1,100}\([^()\n]{0,200}\)/g, ' ');
}

interface ComplexitySigns {
  readonly text: string;
  readonly type: Analysis['type'];
  readonly items: number;
  readonly files: number;
  readonly securitySensitive: boolean;
}

function judgeComplexity(signs: ComplexitySigns): { readonly complexity: number; readonly reasons: string[] } {
  const reasons: string[] = [];
  let complexity = 0;
  const add = (points: number, reason: string): void => {
    if (points === 0) return;
    complexity += points;
    reasons.push(`${points > 0 ? '+' : ''}${points}: ${reason}`);
  };
  add(
    signs.type === 'feature' || signs.type === 'refactor' ? 3 : signs.type === 'docs' ? 1 : 2,
    `it reads like ${signs.type === 'docs' ? 'documentation' : `a ${signs.type}`}`,
  );
  add(Math.min(3, Math.max(0, signs.items - 1)), `its task list has ${signs.items} items`);
  add(Math.min(2, Math.floor(Math.max(0, signs.files - 1) / 2)), `it names ${signs.files} files`);
  const wide = new Set(signs.text.match(wideWords)?.map((word) => word.toLowerCase()));
  add(Math.min(4, wide.size * 2), `it speaks of ${[...wide].join(', ')}`);
  add(signs.securitySensitive ? 1 : 0, 'it touches security');
  const words = signs.text.split(/\s+/).length;
  add(words > 600 ? 2 : words > 250 ? 1 : 0, `it is ${words} words long`);
  return { complexity: Math.min(10, complexity), reasons };
}

/** Paths of the repository that the text names in full or by an unambiguous end (`cart.js` for `src/cart.js`). */
export function mentionedFiles(text: string, files: readonly string[]): string[] {
  const words = new Set(text.match(/[\w@.+/-]+\.\w+/g) ?? []);
  const byName = Map.groupBy(files, nameOf);
  const found = new Set<string>();
  for (const word of words) {
    const plain = word.replace(/^\.?\//, '').replace(/[.:]+$/, '');
    const matches = (byName.get(nameOf(plain)) ?? []).filter((file) => file === plain || file.endsWith(`/${plain}`));
    if (matches.length === 1) found.add(matches[0]!);
  }
  return [...found].toSorted();
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Identifiers that the text sets apart as code, such as `addItem()` or `Cart.total`, file names left out. */
export function mentionedSymbols(text: string, files: readonly string[]): string[] {
  const names = new Set<string>();
  for (const [, quoted] of text.matchAll(/`([^`\n]{1,80})`/g)) {
    const symbol = /^([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)(?:\(.*\))?$/.exec(quoted!.trim())?.[1];
    if (symbol !== undefined && !files.some((file) => file.endsWith(symbol))) names.add(symbol);
  }
  return [...names].toSorted();
}
