import { readOutcome } from '../domain/outcome.ts';
import type { Decomposition, Need, Outcome } from '../domain/outcome.ts';
import type { TaskType } from '../domain/task-type.ts';
import { describeThrown } from './describe-thrown.ts';
import { fit } from './fit.ts';
import { plain, valueFault } from './plain.ts';

export type Returned =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  /** Why what was returned is no outcome, or one that cannot be kept. */
  | { readonly kind: 'fault'; readonly reason: string };

/** Says where something that may be anything has no JSON form, or is too large. */
class NotPlain extends Error {}

/**
 * Reads what a handler returned: a copy that is plain throughout and has the fields of an outcome and no others, whatever the value
 * does when it is read. Never throws.
 */
export function readReturned(returned: unknown, type: TaskType<unknown, unknown>): Returned {
  try {
    const read = readOutcome(returned);
    if (read.kind === 'fault') return fault(`The handler returned no outcome. ${read.reason}`);
    const outcome = plainOutcome(read.outcome);
    if (outcome.kind !== 'success' || outcome.decomposition !== undefined) return { kind: 'outcome', outcome };
    const result = fit(type.result, outcome.result, 'outcome.result');
    return result.kind === 'fits' ? { kind: 'outcome', outcome } : fault(`${result.path}: ${result.problem}`);
  } catch (thrown) {
    if (thrown instanceof NotPlain) return fault(thrown.message);
    return fault(`The handler returned no outcome. It cannot be read: ${describeThrown(thrown)}`);
  }
}

function fault(reason: string): Returned {
  return { kind: 'fault', reason };
}

function plainOutcome(outcome: Outcome): Outcome {
  switch (outcome.kind) {
    case 'success':
      if (outcome.decomposition !== undefined) return { ...outcome, decomposition: plainDecomposition(outcome.decomposition) };
      return { ...outcome, result: plainValue(outcome.result, 'outcome.result') };
    case 'failure': {
      const { decomposition, alternatives, ...rest } = outcome;
      return {
        ...rest,
        ...(decomposition === undefined ? {} : { decomposition: plainDecomposition(decomposition) }),
        ...(alternatives === undefined
          ? {}
          : { alternatives: alternatives.map((each, index) => optional(each, `outcome.alternatives.${index}`)) }),
      };
    }
    case 'blocked':
      return { ...outcome, need: plainNeed(outcome.need) };
  }
}

function plainNeed(need: Need): Need {
  return need.details === undefined ? need : { ...need, details: plainValue(need.details, 'outcome.need.details') };
}

function plainDecomposition({ nextPayload, ...rest }: Decomposition): Decomposition {
  const path = 'outcome.decomposition';
  const children = rest.children.map((child, index) => ({
    ...child,
    payload: plainValue(child.payload, `${path}.children[${index}].payload`),
  }));
  return { ...rest, children, ...(nextPayload === undefined ? {} : { nextPayload: plainValue(nextPayload, `${path}.nextPayload`) }) };
}

function optional(value: unknown, path: string): unknown {
  return value === undefined ? undefined : plainValue(value, path);
}

function plainValue(value: unknown, path: string): unknown {
  const problem = valueFault(value);
  if (problem !== undefined) throw new NotPlain(`${path}: ${problem}`);
  return plain(value);
}
