import { useQueryClient } from '@tanstack/react-query';
import { useLogPieces } from '../../../api/live.tsx';
import type { RunAnswer } from '../run-frame.tsx';

/** Asks for the logs of a run anew when something is printed into one that is not known, as long as anything is done in it. */
export function useNewLogs(
  { run, endedAt }: Pick<RunAnswer, 'run' | 'endedAt'>,
  known: ReadonlyArray<{ readonly log: string; readonly isLive: boolean }>,
): void {
  const client = useQueryClient();
  useLogPieces(endedAt === null ? run : undefined, ({ log, lines }) => {
    if (lines.length > 0 && !known.some((one) => one.log === log && one.isLive))
      void client.invalidateQueries({ queryKey: ['listLogs', { params: { run } }] }, { cancelRefetch: false });
  });
}
