import type { LookFinding } from '../../protocol.ts';
import type { RuleName } from '../../rules.ts';
import { ruleOf } from '../../rules.ts';

/** A finding about a file as a whole. @param what is added to what the rule says. */
export function supplyFinding(rule: RuleName, path: string, what?: string): LookFinding {
  const { level, says } = ruleOf(rule);
  return { rule, level, path, detail: what === undefined ? says : `${says.replace(/\.$/, '')}: ${what.slice(0, 500)}.` };
}
