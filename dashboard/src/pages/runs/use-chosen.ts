import { useState } from 'react';

/** Which runs something is to be done with. */
export function useChosen() {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return {
    chosen,
    choose: (run: string, isChosen: boolean): void =>
      setChosen((before) => new Set(isChosen ? [...before, run] : Array.from(before).filter((each) => each !== run))),
    chooseAll: (runs: readonly string[]): void => setChosen(new Set(runs)),
    clear: (): void => setChosen(new Set()),
  };
}
