import type { EscalationKind } from './escalation.ts';
import type { MoneyLimit, MoneyScope } from './money-scope.ts';
import { moneyScopes } from './money-scope.ts';

/** What the key of a question says that a running task asks. */
export interface QuestionAbout {
  readonly kind: Extract<EscalationKind, 'permission' | 'budget' | 'other'>;
  /** Within its kind: a yes to one deed is none to another. Empty where there is nothing to tell apart. */
  readonly about: string;
  /** It concerns more than the run that asks, so a yes of the run's repository cannot stand for it. */
  readonly onlyOnce: boolean;
}

/** Under which it is asked whether a budget may be used to its end: once for all calls that run into it. */
export function budgetQuestion({ scope, key }: Pick<MoneyLimit, 'scope' | 'key'>): string {
  return `budget:${scope}:${key}`;
}

/** What is asked under a key, whichever version of this program made it. An agent's deed is told by the digest of all of it. */
export function readQuestionKey(key: string): QuestionAbout {
  const deed = /(?:^|:)permission:([0-9a-f]{32})$/.exec(key)?.[1];
  if (deed !== undefined) return { kind: 'permission', about: deed, onlyOnce: false };
  const scope = /^budget:([a-z]+):/.exec(key)?.[1];
  if (scope === undefined || !isMoneyScope(scope)) return { kind: 'other', about: '', onlyOnce: true };
  return { kind: 'budget', about: scope, onlyOnce: scope === 'month' };
}

function isMoneyScope(scope: string): scope is MoneyScope {
  return (moneyScopes as readonly string[]).includes(scope);
}
