import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Refused } from '../../api/ask.ts';
import type { Answer } from '../../api/operations.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Select } from '../../ui/field.tsx';
import { RunFrame } from '../run/run-frame.tsx';
import { ChoiceView } from './choice-view.tsx';
import { SoFar } from './so-far.tsx';

type Choices = Pick<Answer<'readChoices'>, 'tasks' | 'thresholds'>;

/** The worlds of a task beside each other: why one of them won, and what is known of all. */
export function ComparePage() {
  const { run } = useParams({ from: '/runs/$run/compare' });
  return (
    <RunFrame run={run} part="Compare">
      {() => <Compare run={run} />}
    </RunFrame>
  );
}

function Compare({ run }: { readonly run: string }) {
  const choices = useAnswer('readChoices', { params: { run } });
  if (choices.data === undefined && choices.error instanceof Refused && choices.error.problem.status === 404)
    return <Tasks run={run} choices={undefined} />;
  return (
    <Answered query={choices} what="the choice">
      {(answer) => <Tasks run={run} choices={answer} />}
    </Answered>
  );
}

/** One task at a time, chosen or not. */
function Tasks({ run, choices }: { readonly run: string; readonly choices: Choices | undefined }) {
  const { task } = useSearch({ from: '/runs/$run/compare' });
  const chosen = choices?.tasks ?? [];
  const navigate = useNavigate({ from: '/runs/$run/compare' });
  const worlds = useAnswer('listWorlds', { params: { run } });
  return (
    <Answered query={worlds} what="the worlds">
      {({ items }) => {
        const titles = new Map([
          ...items.map(({ planTask }) => [planTask, planTask] as const),
          ...chosen.map(({ id, title }) => [id, `${id}: ${title}`] as const),
        ]);
        const shown = task !== undefined && titles.has(task) ? task : (chosen[0]?.id ?? items[0]?.planTask);
        const choice = chosen.find(({ id }) => id === shown);
        return (
          <>
            {titles.size < 2 ? undefined : (
              <Select
                label="Task"
                className="mb-5 max-w-xl"
                value={shown}
                onChange={({ target }) => void navigate({ search: { task: target.value }, replace: true })}
              >
                {Array.from(titles, ([id, title]) => (
                  <option key={id} value={id}>
                    {title}
                  </option>
                ))}
              </Select>
            )}
            {choices === undefined || choice === undefined ? (
              <SoFar run={run} worlds={items.filter(({ planTask }) => planTask === shown)} />
            ) : (
              <ChoiceView key={choice.id} run={run} task={choice} thresholds={choices.thresholds} />
            )}
          </>
        );
      }}
    </Answered>
  );
}
