import { useState } from 'react';

/** Which runs something is to be done with. */
export function useChosen() {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [hasChosen, setHasChosen] = useState(false);
  if (chosen.size > 0 && !hasChosen) setHasChosen(true);
  return {
    chosen,
    /** Whether anything was ever chosen here. */
    hasChosen,
    choose: (run: string, isChosen: boolean): void =>
      setChosen((before) => new Set(isChosen ? [...before, run] : Array.from(before).filter((each) => each !== run))),
    chooseAll: (runs: readonly string[]): void => setChosen(new Set(runs)),
    clear: (): void => setChosen(new Set()),
  };
}
