import type { Deployment } from '../domain/deployment.ts';
import { releaseName } from '../domain/deployment.ts';
import type { JobId } from '../domain/ids.ts';
import { ruleInWords } from '../domain/rule-in-words.ts';
import { counted, share } from '../domain/watch-in-words.ts';
import type { OperationTools } from './tools.ts';

/** More deployments of one run are not told. */
const most = 20;

/** The deployments of a run, the first one first. */
export async function deploymentsOfRun({ ledger }: Pick<OperationTools, 'ledger'>, jobId: JobId): Promise<readonly Deployment[]> {
  return (await ledger.deployments.latest({ jobId }, most)).toReversed();
}

/** Why a release was kept or taken back, as it was judged: the rule, the evidence, and what it was compared with. */
export function explainDeployment(deployment: Deployment): string {
  const { environment, release, state, verdict, baseline, previous } = deployment;
  const name = releaseName({ number: release });
  return [
    `${environment}: ${name} ${stateInWords[state]}${verdict === undefined ? '' : ` because ${ruleInWords[verdict.rule]}`}.`,
    ...(verdict === undefined ? [] : ['', verdict.reason]),
    ...(verdict?.inconclusive === true ? ['Nothing is shown against it: what cannot be proven is not kept.'] : []),
    ...(verdict === undefined || verdict.evidence.length === 0
      ? []
      : ['', 'Evidence', ...verdict.evidence.map((line) => `  ${oneLine(line)}`)]),
    ...(baseline === undefined
      ? []
      : [
          '',
          `It was compared with ${previous === undefined ? 'the release before it' : releaseName({ number: previous })}: ${[
            counted(baseline.requests, 'request'),
            `${share(baseline.errors, baseline.requests)} errors`,
            ...(baseline.p95Ms === undefined ? [] : [`p95 ${Math.round(baseline.p95Ms)} ms`]),
          ].join(', ')}, by ${baseline.source}.`,
        ]),
    ...goesOn(deployment),
  ].join('\n');
}

const stateInWords: Readonly<Record<Deployment['state'], string>> = {
  deploying: 'is on its way',
  watching: 'serves and is watched',
  'rolling-back': 'is being taken back',
  live: 'is live',
  refused: 'was not let in',
  'rolled-back': 'was taken back',
  broken: 'is broken, and so is the release before it',
  abandoned: 'was given up',
};

function goesOn({ state, release, leaves }: Deployment): readonly string[] {
  if (state !== 'refused' && state !== 'rolled-back' && state !== 'broken') return [];
  const name = releaseName({ number: release });
  const serves = leaves === undefined ? 'Nothing is known to serve there.' : `${releaseName({ number: leaves })} serves there.`;
  return ['', `${serves} The commit of ${name} goes out nowhere until \`miyabi releases lift ${name}\`.`];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
