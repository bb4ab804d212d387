import type { ProcessLimits, ProcessResult } from '../../../ports/process.ts';
import { endingSignals } from '../signals.ts';

/** Paths of programs that the supervisor needs, the same inside as outside. */
export interface SupervisorPrograms {
  readonly sleep: string;
  /** An `env` that knows `--default-signal`; without it a program is ended without being asked first. */
  readonly env: string | undefined;
}

/**
 * Stands between the first process of the sandbox and the program, inside: sets the limits of the program, starts it with SIGTERM
 * as usual (which is ignored up to here, so that the sandbox outlives it), and counts what is left over after its end. Of
 * processor time the soft limit comes a second before the hard one: the signal then tells what happened. What a shell says by itself
 * about a program that was killed is not the program's, and goes nowhere.
 */
const script = `
cpu=$1 file=$2 files=$3 processes=$4 sleep=$5
shift 5
ulimit -c 0 2>/dev/null
[ -z "$cpu" ] || { ulimit -S -t "$cpu" && ulimit -H -t "$((cpu + 1))"; } 2>/dev/null
[ -z "$file" ] || ulimit -f "$file" 2>/dev/null
[ -z "$files" ] || ulimit -n "$files" 2>/dev/null
[ -z "$processes" ] || { (ulimit -u "$processes") 2>/dev/null && ulimit -u "$processes"; } || ulimit -p "$processes" 2>/dev/null
case $program in
  */*) [ -f "$program" ] && [ -x "$program" ] ;;
  *) command -v -- "$program" >/dev/null ;;
esac || { printf 'miyabi: There is no program %s in the sandbox.\\n' "$program" >&2; exit 127; }
count() { set -- /proc/[0-9]*; number=$#; }
count
before=$number
exec 3>&2 2>/dev/null
(exec "$@" 2>&3 3>&-)
code=$?
count
for turn in 1 2 3 4 5; do
  [ "$number" -gt "$before" ] || exit "$code"
  "$sleep" 0.02 || "$sleep" 1
  count
done
[ "$number" -le "$before" ] || printf '\\nmiyabi: %s processes were left over.\\n' "$((number - before))" >&3
exit "$code"
`;

/**
 * @param limits `processes` bounds all processes of the user namespace, and thus of this sandbox; root is not held by it.
 * @returns the command that runs `command` under supervision.
 */
export function supervised(
  command: readonly [string, ...string[]],
  limits: ProcessLimits & { readonly processes: number | undefined },
  { sleep, env }: SupervisorPrograms,
): [string, ...string[]] {
  const blocks = limits.fileBytes === undefined ? undefined : limits.fileBytes / 512;
  const values = [limits.cpuSeconds, blocks, limits.openFiles, limits.processes].map((value) =>
    value === undefined ? '' : String(Math.ceil(value)),
  );
  const start = env === undefined ? command : [env, '--default-signal=TERM', '--', ...command];
  return ['/bin/sh', '-c', `program=$1\nshift\n${script}`, 'miyabi-supervisor', command[0], ...values, sleep, ...start];
}

const leftOver = /\nmiyabi: (\d+) processes were left over\.\n$/;
/** What is said when the program never began: by bubblewrap; by the way into the control group and to the network; by the supervisor or `env`. */
const neverBegan = [
  { codes: [1], said: /(?:^|\n)bwrap: ([^\n]+)\n$/ },
  { codes: [125], said: /(?:^|\n)miyabi: ([^\n]+)\n/ },
  { codes: [126, 127], said: /(?:^|\n)(?:miyabi|[^\n: ]*\/env): ([^\n]+)\n$/ },
];

/**
 * What happened inside, from what was seen outside. A program that ends by a signal is seen as the exit code 128 and the signal's
 * number, as every shell does; one that exits with such a code by itself cannot be told from it.
 */
export function readSupervised(result: ProcessResult): ProcessResult {
  const { end } = result;
  const found = leftOver.exec(result.stderr);
  const leftovers = result.leftovers + Number(found?.[1] ?? 0);
  const stderr = found === null ? result.stderr : result.stderr.slice(0, found.index);
  if (end.kind !== 'exited') return { ...result, stderr, leftovers };
  const [line = '', reason] = neverBegan.find(({ codes }) => codes.includes(end.code))?.said.exec(stderr) ?? [];
  if (reason !== undefined && result.stdout === '') {
    return { ...result, stderr: stderr.replace(line, ''), leftovers, end: { kind: 'not-started', reason } };
  }
  const signal = endingSignals.get(end.code - 128);
  return { ...result, stderr, leftovers, end: signal === undefined ? end : { kind: 'signalled', signal } };
}
