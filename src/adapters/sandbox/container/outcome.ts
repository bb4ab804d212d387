import type { ProcessResult } from '../../../ports/process.ts';
import type { Told } from '../rung.ts';
import { endingSignals } from '../signals.ts';

/** Said as the last line when the program never began: by the script that the container begins with, by the bridge to the network, by `env`. */
const neverBegan = /(?:^|\n)(?:\/miyabi-start: \d+: |miyabi: |env: |\/usr\/bin\/env: )([^\n]+)\n$/;
/** Said by the client when there was no container. */
const noContainer = /(?:^|\n)(?:docker|Error|podman): /;

/**
 * What happened inside, from what was seen of the client of the engine: a signal comes out as an exit code of 128 and its number.
 * A program that leaves with such a code by itself, as a shell does whose last command was killed, cannot be told from it.
 *
 * @param explain why the engine could not start it, in a sentence.
 */
export function readContainer(result: ProcessResult, explain: (result: ProcessResult) => string): ProcessResult {
  const { end, stderr, stdout } = result;
  if (end.kind !== 'exited') return result;
  if (stdout === '' && [125, 126, 127].includes(end.code)) {
    const reason = neverBegan.exec(stderr)?.[1] ?? (noContainer.test(stderr) ? explain(result) : undefined);
    if (reason !== undefined) return { ...result, end: { kind: 'not-started', reason } };
  }
  const signal = endingSignals.get(end.code - 128);
  return signal === undefined ? result : { ...result, end: { kind: 'signalled', signal } };
}

/**
 * Whether memory ran out. Not every engine notices (Podman under control groups of version 1 does not): a program that was killed, and
 * not by us, was most likely killed for it, and the world may go on.
 *
 * @param verdict what the engine says of the container: `true 137`.
 */
export function memoryIncident(verdict: string, limitBytes: number): Told | undefined {
  const [ranOut, code] = verdict.split(' ');
  const limit = `${Math.round(limitBytes / 1024 / 1024)} MiB`;
  if (ranOut === 'true') return { kind: 'memory', detail: `A program used more than the ${limit} of its container.`, stopped: true };
  if (code !== String(128 + 9)) return undefined;
  return {
    kind: 'memory',
    detail: `A program was killed, most likely because it used more than the ${limit} of its container.`,
    stopped: false,
  };
}
