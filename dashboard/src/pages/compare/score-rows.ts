import type { Answer } from '../../api/operations.ts';
import { usd } from '../../words/money.ts';
import { span } from '../../words/time.ts';

export type ChosenTask = Answer<'readChoices'>['tasks'][number];
export type Thresholds = Answer<'readChoices'>['thresholds'];
export type Choice = ChosenTask['choice'];
export type Verdict = Choice['verdicts'][number];

/** What is said of one world by one criterion. */
export interface ScoreCell {
  readonly world: string;
  /** With its unit; `n/a` where there was no evidence, `–` where there was nothing to judge. */
  readonly text: string;
  /** How full its bar is, 0 to 1; undefined for what has none. */
  readonly share: number | undefined;
  /** None is better, and one is worse. */
  readonly isBest: boolean;
}

export interface ScoreRow {
  readonly name: string;
  /** What it is worth, or which way is better. */
  readonly about: string;
  /** In the order of the verdicts. */
  readonly cells: readonly ScoreCell[];
}

const names: Readonly<Record<string, string>> = { build: 'Build', tests: 'Tests', lint: 'Lint', quality: 'Quality', security: 'Security' };

/** Every criterion by which worlds are compared, in the order in which they matter. */
export function scoreRows(verdicts: readonly Verdict[]): readonly ScoreRow[] {
  const components = verdicts.find(({ score }) => score !== null)?.score?.components ?? [];
  return [
    row('Points', 'of 100', verdicts, ({ score }) => score?.total, { most: 100, better: 'more', text: (total) => total.toFixed(1) }),
    ...components.map(({ name, weight }) =>
      row(names[name] ?? name, `of ${weight}`, verdicts, (verdict) => pointsOf(verdict, name), {
        most: weight,
        better: 'more',
        text: (points) => points.toFixed(1),
      }),
    ),
    row('Tests that pass', '', verdicts, ({ score }) => score?.testsPassed, {
      better: 'more',
      text: (passed, { score }) => `${passed} of ${score?.testsTotal ?? 0}`,
    }),
    row(
      'Repaired tests',
      'more is better',
      verdicts,
      judged(({ fixed }) => fixed.length),
      { better: 'more', text: count },
    ),
    row(
      'Broken tests',
      'fewer is better',
      verdicts,
      judged(({ broken }) => broken.length),
      { better: 'less', text: count },
    ),
    row('New warnings', 'fewer is better', verdicts, ({ score }) => score?.warnings, { better: 'less', text: count }),
    row('Changed lines', 'fewer is better', verdicts, ({ size }) => size ?? undefined, { better: 'less', text: count }),
    row(
      'Changed files',
      '',
      verdicts,
      judged(({ files }) => files.length),
      { text: count },
    ),
    row('Known', 'share of the weights with evidence', verdicts, ({ score }) => score?.confidence, {
      most: 1,
      text: (share) => `${Math.round(share * 100)} %`,
    }),
    row('Time', 'of the work', verdicts, ({ durationMs }) => durationMs, { text: span }),
    row('Cost', '', verdicts, ({ costUsd }) => costUsd, { text: usd }),
  ];
}

interface HowToTell {
  /** What fills the bar. */
  readonly most?: number;
  readonly better?: 'more' | 'less';
  readonly text: (value: number, verdict: Verdict) => string;
}

/** @param valueOf null: it was judged, and there was no evidence; undefined: it was not judged. */
function row(
  name: string,
  about: string,
  verdicts: readonly Verdict[],
  valueOf: (verdict: Verdict) => number | null | undefined,
  { most, better, text }: HowToTell,
): ScoreRow {
  const values = verdicts.map((verdict) => ({ verdict, value: valueOf(verdict) }));
  const known = values.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
  const [least, greatest] = [Math.min(...known), Math.max(...known)];
  const best = better === 'more' ? greatest : least;
  return {
    name,
    about,
    cells: values.map(({ verdict, value }) => ({
      world: verdict.world,
      text: typeof value === 'number' ? text(value, verdict) : value === null ? 'n/a' : '–',
      share: most === undefined || typeof value !== 'number' ? undefined : value / most,
      isBest: better !== undefined && least !== greatest && value === best,
    })),
  };
}

function pointsOf({ score }: Verdict, name: string): number | null | undefined {
  return score?.components.find((component) => component.name === name)?.points;
}

const grouping = new Intl.NumberFormat('en');

function count(value: number): string {
  return grouping.format(value);
}

/** Of a world that changed nothing there is nothing to count. */
function judged(of: (verdict: Verdict) => number): (verdict: Verdict) => number | undefined {
  return (verdict) => (verdict.score === null ? undefined : of(verdict));
}
