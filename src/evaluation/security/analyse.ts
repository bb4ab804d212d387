import type { FileChange } from '../../domain/change.ts';
import type { Config } from '../../domain/config.ts';
import type { MatchSecrets } from '../../domain/secret-matcher.ts';
import type { AnalysisEvidence, SecurityAnalysis, SecurityEvidence, SecurityFinding } from '../../domain/security.ts';
import { securityAnalyses } from '../../domain/security.ts';
import type { Advisories } from '../../ports/advisories.ts';
import type { ChangedFiles, ReadFile } from './changed-files.ts';
import { readChangedFiles } from './changed-files.ts';
import { dependencyFileKind } from './child/dependencies/file-kinds.ts';
import type { Looked, LookPlace } from './look.ts';
import { look } from './look.ts';
import type { LookFinding } from './protocol.ts';
import { findOwnSecrets } from './own-secrets.ts';
import { pathFindings } from './path-rules.ts';
import { addsPlainWords, isPlain } from './plain-words.ts';
import { ruleOf } from './rules.ts';
import type { LookStep, NamedText, StepInput } from './steps.ts';
import { judgeVulnerabilities } from './vulnerabilities.ts';

/** A change, and all that it takes to look at it. */
export interface SecurityRequest extends LookPlace {
  readonly files: readonly FileChange[];
  /** Files at the base. */
  readonly before: ReadFile;
  /** Files of the changed commit, not of a folder in which programs have run since. */
  readonly after: ReadFile;
  /** Where a link of the changed commit leads. */
  readonly links: ReadFile;
  /** What goes with the change and is in none of its files, such as the message of its commit. */
  readonly texts: readonly NamedText[];
  readonly settings: Pick<Config['security'], 'licences' | 'timeoutSeconds'>;
  /** Finds the secrets that this process holds; it is asked here and nowhere else. */
  readonly secrets: MatchSecrets;
  readonly advisories: Advisories;
  /** Hosts of registries that the user knows. */
  readonly registries: readonly string[];
}

/**
 * Looks at a change in five ways and says what it brings that the base did not have. Foreign text is parsed by a program of ours within the
 * walls of the checkout; nothing of the change is run or configures anything. Each analysis has its own time limit, and one that breaks is
 * `crashed` while the others count.
 *
 * @throws the signal's reason when it aborts.
 */
export async function analyseSecurity(request: SecurityRequest): Promise<SecurityEvidence> {
  const { files, before, after, texts, settings, secrets, signal } = request;
  const timeoutMs = settings.timeoutSeconds * 1000;
  const changed = await readChangedFiles(files, before, after);
  const input = await stepInput(request, changed);
  const steps = stepsFor(input, texts);
  const [looked, own, places] = await Promise.all([
    look(request, { steps, input }, timeoutMs),
    findOwnSecrets(secrets, changed, files, texts),
    pathFindings(files, request.links),
  ]);
  signal.throwIfAborted();
  const unread = changed.unread.map((path): SecurityFinding => ({ ...shown('unread-file'), path }));
  const ours = [...own, ...unread, ...places];
  const analyses = await Promise.all(
    securityAnalyses.map(async (analysis): Promise<AnalysisEvidence> => {
      const step = stepOf(analysis);
      const found = looked.get(step);
      if (analysis === 'vulnerabilities') return await vulnerabilities(request, found, timeoutMs);
      return evidenceOf(
        analysis,
        found,
        ours.filter((finding) => finding.analysis === analysis),
      );
    }),
  );
  signal.throwIfAborted();
  return { analyses };
}

function shown(rule: 'unread-file'): Omit<SecurityFinding, 'path'> {
  const { analysis, level, says } = ruleOf(rule);
  return { analysis, rule, level, detail: says };
}

function stepOf(analysis: SecurityAnalysis): LookStep {
  return analysis === 'vulnerabilities' || analysis === 'supply-chain' ? 'dependencies' : analysis;
}

/** What was found before a step broke still counts where it is grave; that the rest is not known must not hide it. */
function evidenceOf(analysis: SecurityAnalysis, looked: Looked | undefined, ours: readonly SecurityFinding[]): AnalysisEvidence {
  const found = looked?.kind === 'ended' ? looked.findings.map((finding): SecurityFinding => ({ ...withoutLine(finding), analysis })) : [];
  const findings = [...ours, ...found];
  const isGrave = ours.some(({ level }) => level === 'high' || level === 'critical');
  if (looked?.kind === 'crashed' && !isGrave) return { analysis, kind: 'crashed', reason: looked.reason };
  const unknown = looked?.kind === 'ended' ? looked.unknown : undefined;
  if (unknown !== undefined && findings.length === 0) return { analysis, kind: 'unavailable', reason: unknown };
  return { analysis, kind: 'analysed', findings, durationMs: looked?.kind === 'ended' ? looked.durationMs : 0 };
}

function withoutLine({ rule, level, path, line, detail }: LookFinding): Omit<SecurityFinding, 'analysis'> {
  return { rule, level, path, ...(line === undefined ? {} : { line }), detail };
}

async function vulnerabilities(
  { advisories, signal }: SecurityRequest,
  looked: Looked | undefined,
  timeoutMs: number,
): Promise<AnalysisEvidence> {
  if (looked?.kind === 'crashed') {
    return { analysis: 'vulnerabilities', kind: 'crashed', reason: `what the change depends on is not known: ${looked.reason}` };
  }
  const unreadable = looked?.findings.find(({ rule }) => rule === 'lockfile-unreadable');
  if (unreadable !== undefined) {
    return {
      analysis: 'vulnerabilities',
      kind: 'unavailable',
      reason: `${unreadable.path} cannot be read, so it is not known what to ask about`,
    };
  }
  return await judgeVulnerabilities(looked?.packages ?? [], advisories, { timeoutMs, signal });
}

/** Only steps that have something to look at: of most changes no program has to be started for dependencies, of some for none at all. */
function stepsFor({ files }: StepInput, texts: readonly NamedText[]): readonly LookStep[] {
  const unknown = files.filter((file) => !addsPlainWords(file));
  const changed = unknown.filter(({ before = '', after }) => after !== undefined && after !== before);
  const hasNames = unknown.some(({ path, from, after }) => after !== undefined && from !== path);
  const hasText = changed.length > 0 || hasNames || texts.some(({ text }) => !isPlain(text));
  return [
    ...(hasText ? (['secrets'] as const) : []),
    ...(changed.length > 0 ? (['dangerous-code', 'capabilities'] as const) : []),
    ...(changed.some(({ path }) => dependencyFileKind(path) !== undefined) ? (['dependencies'] as const) : []),
  ];
}

const beside = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock'] as const;

async function stepInput({ after, settings, registries, texts }: SecurityRequest, { texts: files }: ChangedFiles): Promise<StepInput> {
  const paths = new Set(files.map(({ path }) => path));
  const wanted = files
    .filter(({ path }) => /(?:^|\/)package\.json$/.test(path))
    .flatMap(({ path }) => beside.map((name) => path.replace(/package\.json$/, name)))
    .filter((path) => !paths.has(path));
  const unchanged: string[] = [];
  for (const path of wanted) if ((await after(path)) !== undefined) unchanged.push(path);
  return { files, texts, unchanged, licences: settings.licences, registries };
}
