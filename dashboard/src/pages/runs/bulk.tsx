import { useQueryClient } from '@tanstack/react-query';
import { Ban, Check, LoaderCircle, RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import { ask, Refused } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { classes } from '../../ui/classes.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Meter } from '../../ui/meter.tsx';
import { useMay } from '../../ui/use-may.ts';

const works = {
  retry: {
    name: 'Retry',
    doing: 'Retrying',
    icon: RotateCcw,
    ask: async (run: string) => await ask('retryRun', { params: { run }, body: {} }),
  },
  cancel: {
    name: 'Cancel',
    doing: 'Cancelling',
    icon: Ban,
    ask: async (run: string) => await ask('cancelRun', { params: { run }, body: {} }),
  },
} as const;
type Work = keyof typeof works;

/** Over the list, so that nothing in it moves. */
const below = 'fixed bottom-4 left-1/2 z-20 w-[min(46rem,calc(100vw-2rem))] -translate-x-1/2 max-md:bottom-20';

/** What became of one run; undefined as long as it is not known. */
interface Result {
  readonly run: string;
  readonly refused?: string;
  readonly isDone: boolean;
}

/** Does the same with every run that was chosen, one after the other, and says of each what came of it. */
export function Bulk({ chosen, onClear }: { readonly chosen: readonly string[]; readonly onClear: () => void }) {
  const client = useQueryClient();
  const may = useMay('operate');
  const [asked, setAsked] = useState<Work>();
  const [under, setUnder] = useState<{ readonly work: Work; readonly results: readonly Result[] }>();
  const begin = async (work: Work): Promise<void> => {
    setAsked(undefined);
    const results: Result[] = chosen.map((run) => ({ run, isDone: false }));
    for (const [index, { run }] of results.entries()) {
      setUnder({ work, results: [...results] });
      results[index] = await outcome(work, run);
    }
    setUnder({ work, results });
    onClear();
    await client.invalidateQueries();
  };
  if (under !== undefined) return <Progress work={under.work} results={under.results} onClose={() => setUnder(undefined)} />;
  if (chosen.length === 0) return undefined;
  return (
    <Card className={classes(below, 'flex flex-wrap items-center gap-2 px-4 py-2')}>
      <p role="status" className="mr-auto font-medium">
        {chosen.length === 1 ? '1 run' : `${chosen.length} runs`} chosen
      </p>
      {(Object.keys(works) as Work[]).map((work) => {
        const { icon: Icon, name } = works[work];
        return (
          <Button key={work} small {...may} onClick={() => (work === 'cancel' ? setAsked(work) : void begin(work))}>
            <Icon aria-hidden size={14} />
            {name}
          </Button>
        );
      })}
      <Button small look="quiet" onClick={onClear}>
        Choose none
      </Button>
      <Confirm
        open={asked === 'cancel'}
        title={`Cancel ${chosen.length === 1 ? 'this run' : `these ${chosen.length} runs`}?`}
        about="Nothing new is started, and agents are stopped. What was found so far stays in the records."
        action="Cancel them"
        busy={false}
        onClose={() => setAsked(undefined)}
        onConfirm={() => void begin('cancel')}
      />
    </Card>
  );
}

async function outcome(work: Work, run: string): Promise<Result> {
  try {
    await works[work].ask(run);
    return { run, isDone: true };
  } catch (error) {
    const refused = error instanceof Refused ? `${error.problem.title} ${error.problem.detail}` : 'The service does not answer.';
    return { run, isDone: true, refused };
  }
}

function Progress({ work, results, onClose }: { readonly work: Work; readonly results: readonly Result[]; readonly onClose: () => void }) {
  const done = results.filter(({ isDone }) => isDone).length;
  const isOver = done === results.length;
  return (
    <Card className={classes(below, 'p-4')}>
      <div className="mb-3 flex items-center gap-4">
        <p role="status" className="font-medium whitespace-nowrap">
          {isOver ? `${works[work].name}: done` : works[work].doing} <span className="tabular">{`${done} of ${results.length}`}</span>
        </p>
        <Meter label={works[work].doing} value={done} most={results.length} />
        <Button small disabled={!isOver} onClick={onClose}>
          Close
        </Button>
      </div>
      <ul className="max-h-48 overflow-y-auto" tabIndex={0} aria-label="Results">
        {results.map(({ run, refused, isDone }) => (
          <li key={run} className="flex items-baseline gap-2 py-0.5">
            <ResultIcon isDone={isDone} isRefused={refused !== undefined} />
            <span className="mono">{run}</span>
            <span className="text-muted">{isDone ? (refused ?? 'done') : 'waits'}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ResultIcon({ isDone, isRefused }: { readonly isDone: boolean; readonly isRefused: boolean }) {
  if (!isDone) return <LoaderCircle aria-hidden size={14} className="self-center text-muted" />;
  return isRefused ? (
    <X aria-hidden size={14} className="self-center text-bad" />
  ) : (
    <Check aria-hidden size={14} className="self-center text-good" />
  );
}
