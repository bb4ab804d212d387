/** What a key that is read here does to the process, as it would where none is read. */
const signalOf: Readonly<Record<string, 'SIGINT' | 'SIGQUIT' | 'SIGTSTP'>> = {
  '\u0003': 'SIGINT',
  '\u001c': 'SIGQUIT',
  '\u001a': 'SIGTSTP',
};

/** The terminal that keys are typed at, and how this process is told what Ctrl-C and its like mean. */
export interface Keyboard {
  readonly input: NodeJS.ReadStream;
  readonly send: (signal: 'SIGINT' | 'SIGQUIT' | 'SIGTSTP') => void;
  /** Calls back each time the process goes on after Ctrl-Z. */
  readonly onContinue: (listener: () => void) => Disposable;
}

/**
 * Calls back for each key, without Enter, until it is disposed. Ctrl-C, Ctrl-\ and Ctrl-Z do what they always do. Keys that send
 * several characters, such as arrows, are passed over.
 */
export function readKeys({ input, send, onContinue }: Keyboard, press: (key: string) => void): Disposable {
  const listener = (typed: Buffer): void => {
    const text = typed.toString('utf8');
    if (text.startsWith('\u001b')) return;
    for (const key of text) {
      const signal = signalOf[key];
      if (signal === undefined) press(key);
      else if (signal !== 'SIGTSTP') send(signal);
      else {
        // Whoever has the terminal meanwhile types as usual.
        input.setRawMode(false);
        send(signal);
      }
    }
  };
  const continuing = onContinue(() => input.setRawMode(true));
  input.setRawMode(true);
  input.on('data', listener);
  input.resume();
  return {
    [Symbol.dispose]: () => {
      continuing[Symbol.dispose]();
      input.off('data', listener);
      input.setRawMode(false);
      input.pause();
    },
  };
}
