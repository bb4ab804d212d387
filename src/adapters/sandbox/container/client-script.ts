import type { ProcessRequest } from '../../../ports/process.ts';

type Command = ProcessRequest['command'];

/**
 * Runs the client of the engine and answers for the container: the client alone would leave it running when it is ended itself.
 *
 * The client hands SIGTERM on to the program. What is still there when the grace time is over is killed by the engine, which works wherever the
 * engine runs its containers, in a virtual machine too. Where the program ended badly, the engine is asked why. In the end the container is removed.
 */
const script = `
engine=$1 name=$2 left=$3 verdict=$4
shift 4
ulimit -c 0
stopping=
stop() {
  trap '' TERM
  stopping=yes
  (
    while kill -s 0 "$client" && [ "$left" -gt 0 ]; do sleep 0.1 || sleep 1; left=$((left - 1)); done
    kill -s 0 "$client" && "$engine" kill "$name"
  ) >/dev/null 2>&1 &
}
client=$$
trap stop TERM
# What runs in the background would have nothing to read otherwise.
exec 3<&0
"$engine" "$@" <&3 3<&- &
client=$!
wait "$client"
code=$?
if [ -n "$stopping" ]; then
  wait "$client"
  code=$?
fi
trap '' TERM
wait
if [ "$code" -ne 0 ] && [ -z "$stopping" ]; then
  "$engine" inspect --format '{{.State.OOMKilled}} {{.State.ExitCode}}' "$name" >"$verdict" 2>/dev/null
fi
"$engine" rm --force --volumes "$name" >/dev/null 2>&1
exit "$code"
`;

export interface ContainerClient {
  /** Path of the engine's program, or its name on the PATH. */
  readonly engine: string;
  /** Arguments that run the container. */
  readonly options: readonly string[];
  /** Of the container. */
  readonly name: string;
  /** Between the request to end and the death of the container, in ms. */
  readonly graceMs: number;
  /** The file for what the engine says of a bad end: whether memory ran out, and the exit code. */
  readonly verdict: string;
}

/** The command that runs one container from beginning to end. */
export function clientCommand({ engine, options, name, graceMs, verdict }: ContainerClient): Command {
  return ['/bin/sh', '-c', script, 'miyabi-container', engine, name, String(Math.ceil(graceMs / 100)), verdict, ...options];
}
