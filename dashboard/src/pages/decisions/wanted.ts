import type { Decision } from './decision-row.tsx';

/** What is shown of the decisions. */
export interface Wanted {
  readonly kind: Decision['kind'] | undefined;
  /** Id of a plan task or of one of the engine. */
  readonly task: string | undefined;
}

export const decisionKinds: ReadonlyArray<Decision['kind']> = ['choice', 'person', 'deployment', 'engine'];

/** The kind that an address names; undefined for one that there is not. */
export function kindOf(word: string | undefined): Decision['kind'] | undefined {
  return decisionKinds.find((kind) => kind === word);
}

export function wantedDecisions(decisions: readonly Decision[], { kind, task }: Wanted): readonly Decision[] {
  return decisions.filter(
    (one) => (kind === undefined || one.kind === kind) && (task === undefined || one.taskId === task || one.task === task),
  );
}
