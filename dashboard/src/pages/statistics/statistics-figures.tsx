import { Figure, Figures } from '../../ui/figure.tsx';
import type { StatisticsAnswer } from './words.ts';
import { minutes, percent, points } from './words.ts';

/** What matters most, to be read from across the room. */
export function StatisticsFigures({ statistics }: { readonly statistics: StatisticsAnswer }) {
  const { runs, people, choices, deployments, outcomes } = statistics;
  const deployed = deployments.live + deployments.refused + deployments.rolledBack + deployments.broken;
  return (
    <Figures>
      <Figure name="Runs that ended" value={runs.ended}>
        {runs.completed} completed, {runs.failed} failed, {runs.cancelled} cancelled; {runs.open} under way
        {runs.notCounted === 0 ? undefined : `; ${runs.notCounted} not counted yet`}
      </Figure>
      <Figure name="Changes known to be right" value={percent(outcomes.right, outcomes.right + outcomes.wrong)}>
        {outcomes.right} right, {outcomes.wrong} wrong, {outcomes.unknown} not known
      </Figure>
      <Figure name="Interventions a run" value={points(people.interventionsPerRun)}>
        {percent(people.alone.part, people.alone.of)} of {people.alone.of} without any; {minutes(people.waitedMinutes)} waited on average
      </Figure>
      <Figure name="Merged without asking" value={percent(people.mergedAlone.part, people.mergedAlone.of)}>
        of {people.mergedAlone.of} pull requests that were merged
      </Figure>
      <Figure name="Another winner than by score" value={percent(choices.differs, choices.compared)}>
        {choices.differs} of {choices.compared} choices; right was the choice {choices.right.choice}, the score {choices.right.plain},
        neither {choices.right.neither}, not known {choices.right.unknown}
      </Figure>
      <Figure name="Deployments that are live" value={percent(deployments.live, deployed)}>
        of {deployed}; {deployments.rolledBack} rolled back, {deployments.refused} refused, {deployments.broken} broken
      </Figure>
    </Figures>
  );
}
