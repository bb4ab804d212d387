import type { AnalysisEvidence, SecurityFinding } from '../../domain/security.ts';
import type { Advisories, Advisory, PackageVersion } from '../../ports/advisories.ts';
import type { RuleName } from './rules.ts';
import { securityRules } from './rules.ts';

/** A package that a change brings, and the file that says so. */
export type BroughtPackage = PackageVersion & { readonly path: string };

/** Asks about what a change brings. That nobody answered, or that nobody knows a package, is never taken for an answer. */
export async function judgeVulnerabilities(
  packages: readonly BroughtPackage[],
  advisories: Advisories,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<AnalysisEvidence> {
  const analysis = 'vulnerabilities';
  const began = performance.now();
  if (packages.length === 0) return { analysis, kind: 'analysed', findings: [], durationMs: 0 };
  const answer = await advisories.about(
    packages.map(({ ecosystem, name, version }) => ({ ecosystem, name, version })),
    limits,
  );
  if (answer.kind === 'unavailable') return { analysis, kind: 'unavailable', reason: answer.reason };
  const findings = answer.advisories.map((advisory) => findingOf(advisory, packages));
  if (findings.length === 0 && answer.notKnown.length > 0) {
    const [one] = answer.notKnown;
    const others = answer.notKnown.length === 1 ? '' : ` and ${answer.notKnown.length - 1} more`;
    return { analysis, kind: 'unavailable', reason: `nobody could be asked about ${one!.name} (${one!.ecosystem})${others}` };
  }
  return { analysis, kind: 'analysed', findings, durationMs: Math.round(performance.now() - began) };
}

function findingOf({ id, severity, title, package: of }: Advisory, packages: readonly BroughtPackage[]): SecurityFinding {
  const rule = ruleFor(severity);
  const path =
    packages.find(({ ecosystem, name, version }) => ecosystem === of.ecosystem && name === of.name && version === of.version)?.path ?? '';
  const detail = `${of.name}@${of.version}: ${title.replaceAll(/\s+/g, ' ').slice(0, 300)} (${id.slice(0, 100)}, ${severity}).`;
  return { analysis: 'vulnerabilities', rule, level: securityRules[rule].level, path, detail };
}

function ruleFor(severity: Advisory['severity']): Extract<RuleName, `known-vulnerability-${string}`> {
  switch (severity) {
    case 'critical':
    case 'high':
      return 'known-vulnerability-high';
    case 'low':
      return 'known-vulnerability-low';
    default:
      return 'known-vulnerability-medium';
  }
}
