import type { WorkflowTools } from '../tools.ts';

/** What is seen of a deployment, kept with it and told to whoever watches, without secrets. */
export interface DeploymentNotes extends AsyncDisposable {
  readonly line: (text: string) => void;
  readonly note: (lines: readonly { readonly at: number; readonly text: string }[]) => Promise<void>;
  readonly progress: (text: string) => void;
}

/** Lines that are kept at once at the latest. */
const atOnce = 40;

/** Disposing it keeps what has not been kept yet. */
export function deploymentNotes(
  { ledger, clock, redact }: Pick<WorkflowTools, 'ledger' | 'clock' | 'redact'>,
  deployment: string,
  progress: (text: string) => void,
): DeploymentNotes {
  let waiting: { readonly at: number; readonly text: string }[] = [];
  let keeping = Promise.resolve();
  const keep = (): void => {
    const lines = waiting;
    waiting = [];
    if (lines.length === 0) return;
    keeping = keeping.then(async () => await ledger.deployments.note(deployment, lines));
    // Who disposes of it hears of it.
    keeping.catch(() => undefined);
  };
  const told = (text: string): string => redact(text).text;
  const add = (at: number, text: string): void => {
    waiting.push({ at, text: told(text) });
    if (waiting.length >= atOnce) keep();
  };
  return {
    line: (text) => {
      add(clock.now(), text);
      progress(told(text));
    },
    note: async (lines) => {
      for (const { at, text } of lines) add(at, text);
      keep();
      await keeping;
    },
    progress: (text) => progress(told(text)),
    [Symbol.asyncDispose]: async () => {
      keep();
      await keeping;
    },
  };
}
