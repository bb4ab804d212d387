import { useQueryClient } from '@tanstack/react-query';
import { useLogPieces } from '../../../api/live.tsx';

/** Asks for the logs of a run anew when something is printed into one that is not known. */
export function useNewLogs(run: string, known: ReadonlyArray<{ readonly log: string; readonly isLive: boolean }>): void {
  const client = useQueryClient();
  useLogPieces(run, ({ log, lines }) => {
    if (lines.length > 0 && !known.some((one) => one.log === log && one.isLive))
      void client.invalidateQueries({ queryKey: ['listLogs', { params: { run } }] }, { cancelRefetch: false });
  });
}
