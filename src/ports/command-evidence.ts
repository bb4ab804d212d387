import type { CommandEvidence } from '../domain/evidence.ts';
import type { ProcessResult } from './process.ts';

const tailCharacters = 8_000;

/** What a finished command says when only its passing counts. */
export function commandEvidence(shown: string, result: ProcessResult): CommandEvidence {
  const common = { command: shown, durationMs: result.durationMs };
  if (result.end.kind === 'exited' && result.end.code === 0) return { kind: 'passed', ...common };
  return {
    kind: 'failed',
    ...common,
    exitCode: result.end.kind === 'exited' ? result.end.code : undefined,
    output: tail(result),
  };
}

/** The end of what a command printed, and how it ended, where that is no exit code. */
export function tail(result: ProcessResult): string {
  const printed = [result.stdout, result.stderr].map((text) => text.trim()).filter((text) => text !== '');
  return [...printed.map((text) => text.slice(-tailCharacters)), ...ending(result)].join('\n');
}

function ending(result: ProcessResult): string[] {
  switch (result.end.kind) {
    case 'exited':
      return [];
    case 'signalled':
      return [`Ended by ${result.end.signal}.`];
    case 'timeout':
      return [`Ended by the time limit after ${Math.round(result.end.afterMs / 1_000)} s.`];
    case 'cancelled':
      return ['Cancelled.'];
    case 'not-started':
      return [`Could not be started: ${result.end.reason}`];
  }
}
