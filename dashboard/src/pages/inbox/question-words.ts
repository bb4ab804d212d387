import type { Answer } from '../../api/operations.ts';
import { span } from '../../words/time.ts';

/** A question that waits for a person. */
export type OpenQuestion = Answer<'listEscalations'>['items'][number];
export type QuestionKind = OpenQuestion['kind'];
export type Severity = OpenQuestion['severity'];
export type AnswerScope = Answer<'answerEscalation'>['scope'];

/** What a question is about, in a word or two. */
export const kindWords: Readonly<Record<QuestionKind, string>> = {
  plan: 'Plan',
  choice: 'Which world',
  again: 'Once more',
  review: 'Review',
  checks: 'Checks',
  merge: 'Merge',
  obstacle: 'In the way',
  branch: 'Branch',
  secrets: 'Secrets',
  deployment: 'Deployment',
  permission: 'Permission',
  budget: 'Budget',
  other: 'Question',
};

/** Of several, within a sentence. */
const kindsWords: Readonly<Record<QuestionKind, string>> = {
  plan: 'questions about plans',
  choice: 'questions about which world is taken',
  again: 'questions whether a task is tried once more',
  review: 'questions about reviews',
  checks: 'questions about failing checks',
  merge: 'questions whether something is merged',
  obstacle: 'questions about what is in the way of a merge',
  branch: 'questions about somebody else at the branch',
  secrets: 'questions about secrets',
  deployment: 'questions about deployments',
  permission: 'questions whether an agent may do something',
  budget: 'questions about money',
  other: 'questions like this',
};

/** What an answer of this scope covers, in a sentence. */
export function scopeWords(scope: AnswerScope, kinds: readonly QuestionKind[], runs: readonly string[]): string {
  const what = Array.from(new Set(kinds), (kind) => kindsWords[kind]).join(' and ');
  const where = Array.from(new Set(runs));
  switch (scope) {
    case 'once':
      return kinds.length === 1 ? 'This question alone. Later ones are asked again.' : 'These questions alone. Later ones are asked again.';
    case 'run':
      return `Also later ${what} of ${where.length === 1 ? where[0] : 'these runs'}. What is critical, or of security, is still asked.`;
    case 'always':
      return `Also later ${what} of every run of ${where.length === 1 ? 'its repository' : 'their repositories'}, until it is revoked. What is critical, or of security, is still asked.`;
  }
}

export const scopeNames: Readonly<Record<AnswerScope, string>> = { once: 'Once', run: 'For this run', always: 'Always' };

/** How long there is to answer, and what happens then. @param now epoch ms. */
export function deadlineWords(deadline: OpenQuestion['deadline'], now: number): string {
  if (deadline === undefined) return 'Waits until somebody answers';
  const end = deadline.otherwise === 'approve' ? 'Approved' : 'Rejected';
  return deadline.at <= now ? `${end} now, since nobody answered` : `${end} in ${span(deadline.at - now)} if nobody answers`;
}

/** Whether it ends so soon that somebody should look at it now. @param now epoch ms. */
export function isPressing(deadline: OpenQuestion['deadline'], now: number): boolean {
  return deadline !== undefined && deadline.at - now < 3_600_000;
}

/** The words of its own for an action; undefined where it does not have that one. */
export function actionLabel(question: OpenQuestion, action: OpenQuestion['actions'][number]['id']): string | undefined {
  return question.actions.find(({ id }) => id === action)?.label;
}

/** Scopes that a yes to all of these may have. */
export function scopesOf(questions: readonly OpenQuestion[]): readonly AnswerScope[] {
  return questions.every(({ canStand }) => canStand) ? ['once', 'run', 'always'] : ['once'];
}
