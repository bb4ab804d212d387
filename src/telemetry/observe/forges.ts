import type { Forge, Forges, Sweep } from '../../ports/forge.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { observeCalls } from './calls.ts';

/** Whatever asks a forge or tells it something. */
const methods = [
  'self',
  'repository',
  'repositories',
  'issue',
  'openIssues',
  'closeIssue',
  'reopenIssue',
  'comments',
  'commentsSince',
  'tell',
  'ensureLabels',
  'changeLabels',
  'permission',
  'pullRequest',
  'pullRequestOf',
  'openPullRequest',
  'updatePullRequest',
  'objections',
  'closePullRequest',
  'deleteBranch',
  'checks',
  'checkLog',
  'missed',
  'labelled',
] as const satisfies readonly (keyof (Forge & Sweep))[];

/** The same forges. */
export function observeForges<Wired extends Forges>(forges: Wired, telemetry: Telemetry): Wired {
  const opened = new WeakMap<Forge & Sweep, Forge & Sweep>();
  return {
    ...forges,
    open: async (name) => {
      const forge = await forges.open(name);
      const observed = opened.get(forge) ?? observeForge(forge, telemetry);
      opened.set(forge, observed);
      return observed;
    },
  };
}

/** A merge ends as the forge says: merged, or refused. */
function observeForge(forge: Forge & Sweep, telemetry: Telemetry): Forge & Sweep {
  const observed = observeCalls(forge, telemetry, { kind: 'forge', methods });
  return new Proxy(observed, {
    get(target, property) {
      if (property !== 'merge') return Reflect.get(target, property, target);
      return async (...args: Parameters<Forge['merge']>) =>
        await telemetry.measure({ kind: 'forge', name: 'forge merge' }, async ({ end }) => {
          const merged = await forge.merge(...args);
          end(merged.kind);
          return merged;
        });
    },
  });
}
