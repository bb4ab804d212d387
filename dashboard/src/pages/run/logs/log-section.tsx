import { Maximize2 } from 'lucide-react';
import type { Answer } from '../../../api/operations.ts';
import { Button } from '../../../ui/button.tsx';
import { classes } from '../../../ui/classes.ts';
import { Empty } from '../../../ui/empty.tsx';
import { Section } from '../../../ui/page.tsx';
import { worldColour } from '../../../words/worlds.ts';
import { LogPanel } from './log-panel.tsx';

export type LogOfRun = Answer<'listLogs'>['items'][number];

export interface LogSectionProps {
  readonly run: string;
  readonly logs: readonly LogOfRun[];
  readonly chosen: LogOfRun | undefined;
  readonly onChoose: (log: string) => void;
  readonly onFull: () => void;
}

/** What programs of a run print: one log at a time. */
export function LogSection({ run, logs, chosen, onChoose, onFull }: LogSectionProps) {
  return (
    <Section title="Logs">
      {chosen === undefined ? (
        <Empty title="Nothing has been printed yet." command={`miyabi logs ${run} -f`}>
          What agents print is here as they print it.
        </Empty>
      ) : (
        <>
          <div role="group" aria-label="Logs" className="mb-2 flex flex-wrap gap-1.5">
            {logs.map((log) => (
              <button
                key={log.log}
                type="button"
                aria-pressed={log.log === chosen.log}
                onClick={() => onChoose(log.log)}
                className={classes(
                  'inline-flex min-h-8 cursor-pointer items-center gap-2 rounded-full border px-3 text-[13px]',
                  log.log === chosen.log ? 'border-accent bg-accent-soft font-semibold text-accent' : 'border-line hover:bg-surface',
                )}
              >
                {log.world === null ? undefined : (
                  <span aria-hidden className="size-2 rounded-full" style={{ background: worldColour(log.world) }} />
                )}
                {log.log}
                {log.isLive ? <span className="font-normal text-muted">live</span> : undefined}
              </button>
            ))}
          </div>
          <LogPanel key={chosen.log} place={{ run, log: chosen.log, isLive: chosen.isLive }} height="h-96">
            <Button small look="quiet" onClick={onFull}>
              <Maximize2 aria-hidden size={14} /> Full screen
            </Button>
          </LogPanel>
        </>
      )}
    </Section>
  );
}
