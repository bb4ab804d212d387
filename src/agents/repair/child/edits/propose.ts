import type { OperatorFamily } from '../../../../domain/world.ts';
import { callFamily } from './families/call.ts';
import { conditionFamily } from './families/condition.ts';
import { deletionFamily } from './families/deletion.ts';
import { guardFamily } from './families/guard.ts';
import { ingredientFamily } from './families/ingredient.ts';
import { literalFamily } from './families/literal.ts';
import { operatorFamily } from './families/operator.ts';
import { statementFamily } from './families/statement.ts';
import { variableFamily } from './families/variable.ts';
import type { Family } from './proposal.ts';
import type { Site, Survey } from './survey.ts';
import type { TextEdit } from './text.ts';

/** A change of one file that is worth a try. */
export interface Candidate {
  readonly file: string;
  readonly family: OperatorFamily;
  readonly rule: string;
  readonly edits: readonly TextEdit[];
  /** The larger, the sooner it is tried. */
  readonly score: number;
}

/** A statement with how much the failing tests point at it (0 to 1). */
export interface SuspiciousSite {
  readonly survey: Survey;
  readonly site: Site;
  readonly suspicion: number;
}

const familyTable: Readonly<Record<OperatorFamily, Family>> = {
  operator: operatorFamily,
  literal: literalFamily,
  variable: variableFamily,
  call: callFamily,
  condition: conditionFamily,
  guard: guardFamily,
  ingredient: ingredientFamily,
  statement: statementFamily,
  deletion: deletionFamily,
};

/** What a place in the order of families costs: the first counts fully, each later one by this share of the one before. */
const familyDecay = 0.88;

/**
 * All candidates of one edit, best first: the prior of the rule, the suspicion of the statement, the place of the family
 * in the world's order, and less for the tenth edit of one rule at one statement than for its first.
 */
export function proposeCandidates(places: readonly SuspiciousSite[], families: readonly OperatorFamily[]): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const { survey, site, suspicion } of places) {
    for (const [position, family] of families.entries()) {
      const weight = suspicion ** 1.5 * familyDecay ** position;
      const counts = new Map<string, number>();
      for (const proposal of familyTable[family](site, survey)) {
        const count = counts.get(proposal.rule) ?? 0;
        counts.set(proposal.rule, count + 1);
        const candidate = {
          file: survey.source.path,
          family,
          rule: proposal.rule,
          edits: proposal.edits,
          score: (proposal.prior * weight) / (1 + count / 8),
        };
        const key = keyOf(survey, candidate);
        const known = candidates.get(key);
        if (key !== '' && (known === undefined || known.score < candidate.score)) candidates.set(key, candidate);
      }
    }
  }
  return [...candidates.values()].toSorted((one, other) => other.score - one.score);
}

/** Two edits with the same outcome have the same key; one without effect has none. */
function keyOf(survey: Survey, { file, edits }: Candidate): string {
  const { text } = survey.source;
  const effective = edits.filter((edit) => text.slice(edit.start, edit.end) !== edit.text);
  const first = effective[0];
  if (first === undefined) return '';
  if (effective.length > 1) return `${file} ${effective.map((edit) => `${edit.start}-${edit.end}:${edit.text}`).join('|')}`;
  let { start, end } = first;
  let replacement = first.text;
  while (start < end && replacement !== '' && text.charAt(start) === replacement.charAt(0)) {
    start += 1;
    replacement = replacement.slice(1);
  }
  while (end > start && replacement !== '' && text.charAt(end - 1) === replacement.at(-1)) {
    end -= 1;
    replacement = replacement.slice(0, -1);
  }
  return `${file} ${start}-${end}:${replacement}`;
}
