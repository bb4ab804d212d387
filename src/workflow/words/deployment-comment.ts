import type { Deployment } from '../../domain/deployment.ts';
import { releaseName } from '../../domain/deployment.ts';
import { ruleInWords } from '../../domain/rule-in-words.ts';
import { counted, share } from '../../domain/watch-in-words.ts';
import { moment } from './how-to-answer.ts';
import { code, fenced, folded, inline, sections, table } from './markdown.ts';
import { shownDuration } from './score-card.ts';

export interface DeploymentComment {
  /** As people see it: `run_...`. */
  readonly run: string;
  readonly deployment: Pick<
    Deployment,
    'environment' | 'release' | 'state' | 'verdict' | 'baseline' | 'startedAt' | 'servedAt' | 'endedAt'
  >;
  /** Of the release. */
  readonly commit: string;
  /** Why it ended so, in a sentence, where there is no verdict. */
  readonly reason: string | null;
  /** What serves now, as far as is known. */
  readonly serving: number | null;
  /** What was seen, oldest first. */
  readonly notes: readonly { readonly at: number; readonly text: string }[];
  /** The run that mends it, as people see it. */
  readonly repair: string | null;
}

const mostEvidence = 50;
const mostNotes = 200;

/** What stands at the issue when a release was not kept: why, by what evidence, what serves now, and how it goes on. */
export function deploymentComment(about: DeploymentComment): string {
  const { run, deployment, notes } = about;
  const { verdict, environment, release } = deployment;
  const name = releaseName({ number: release });
  const evidence = verdict?.evidence.slice(-mostEvidence) ?? [];
  return sections([
    `## ${code(name)} ${headline(deployment)} ${code(environment)}`,
    inline(verdict?.reason ?? about.reason ?? 'Why is not known.', 2_000),
    servesNow(about),
    table(['What', 'How it was'], facts(about)),
    evidence.length === 0 ? '' : `### Evidence\n\n${fenced(evidence.join('\n'))}`,
    goesOn(about),
    notes.length === 0
      ? ''
      : folded(
          'What was seen',
          fenced(
            notes
              .slice(-mostNotes)
              .map(({ at, text }) => `${new Date(at).toISOString().slice(11, 19)} ${withoutPaths(text.replaceAll(/\s+/g, ' '))}`)
              .join('\n'),
            { most: 20_000 },
          ),
        ),
    `Of ${code(run)}; ${code(`miyabi releases show ${name}`)} tells the rest.`,
  ]);
}

function headline({ state }: Pick<Deployment, 'state'>): string {
  switch (state) {
    case 'rolled-back':
      return 'was taken back from';
    case 'refused':
      return 'was not let into';
    case 'broken':
      return 'is broken, and so is the release before it, in';
    case 'abandoned':
      return 'was given up on its way to';
    case 'live':
      return 'is live in';
    case 'deploying':
    case 'watching':
    case 'rolling-back':
      return 'is on its way to';
  }
}

function servesNow({ deployment, serving }: DeploymentComment): string {
  if (deployment.state === 'broken') {
    const left =
      serving === null ? 'Nothing serves.' : `${code(releaseName({ number: serving }))} was left to serve: it is the better of the two.`;
    return `**${left} A person has to look.**`;
  }
  return serving === null ? '**Nothing serves there.**' : `**${code(releaseName({ number: serving }))} serves there.**`;
}

function facts({ deployment, commit }: DeploymentComment): readonly (readonly string[])[] {
  const { verdict, baseline, release, startedAt, servedAt, endedAt } = deployment;
  const until = verdict?.at ?? endedAt;
  return [
    ['Release', `${code(releaseName({ number: release }))} of ${code(commit.slice(0, 12))}`],
    ...(verdict === undefined
      ? []
      : [['Found', `${ruleInWords[verdict.rule]}${verdict.inconclusive ? '; nothing is shown against it' : ''}`]]),
    ['Began', moment(startedAt)],
    ['Served', servedAt === undefined || until === undefined ? 'never' : `for ${shownDuration(Math.max(0, until - servedAt))}`],
    ...(baseline === undefined
      ? []
      : [
          [
            'The release before it',
            `${counted(baseline.requests, 'request')}, ${share(baseline.errors, baseline.requests)} errors${
              baseline.p95Ms === undefined ? '' : `, p95 ${Math.round(baseline.p95Ms)} ms`
            }, by ${inline(baseline.source, 100)}`,
          ],
        ]),
  ];
}

/** What was only given up is not blocked. */
function goesOn({ deployment, repair }: DeploymentComment): string {
  const lift = `miyabi releases lift ${releaseName({ number: deployment.release })} --reason "..."`;
  return [
    ...(deployment.state === 'abandoned' ? [] : [`Its commit goes out nowhere until somebody says so: ${code(lift)}.`]),
    ...(repair === null ? [] : [`${code(repair)} mends it from this evidence.`]),
  ].join(' ');
}

/** Where things lie on the machine that deploys is nobody else's business: of a path its last name is left. */
function withoutPaths(text: string): string {
  return text.replaceAll(/(?<![\w:/.])(?:\/[\w.@+-]+){3,}/g, (path) => `…${path.slice(path.lastIndexOf('/'))}`);
}
