import { hostname } from 'node:os';
import type { LogSettings } from './domain/config-log.ts';
import type { Redact } from './domain/redact.ts';
import type { Clock } from './ports/clock.ts';
import type { LogTarget, OpenLog } from './cli/shell.ts';
import type { TelemetryHub } from './telemetry/create-telemetry.ts';
import { createLog } from './telemetry/log.ts';
import type { WrittenLine } from './telemetry/log.ts';
import { openLogFile } from './telemetry/log-file.ts';
import { prettyLine } from './telemetry/pretty-line.ts';

/** What a log is wired with. */
export interface LogRequest {
  readonly settings: LogSettings;
  /** Where a service writes; undefined for commands that show their work themselves, which write to the file alone. */
  readonly target: LogTarget | undefined;
  readonly redact: Redact;
  readonly clock: Clock;
  readonly telemetry: TelemetryHub;
}

const megabyte = 1_000_000;

/** Writes down what this process does, until it is disposed; a part of `app.ts`. */
export function openLog({ settings, target, redact, clock, telemetry }: LogRequest): OpenLog & Disposable {
  const opened = new DisposableStack();
  const { format, file, fileMegabytes, keptFiles } = settings;
  const isPretty = target !== undefined && (format === 'pretty' || (format === 'auto' && target.isTerminal));
  const toFile =
    file === undefined
      ? undefined
      : opened.use(openLogFile({ path: file, mostBytes: fileMegabytes * megabyte, kept: keptFiles }, () => clock.now()));
  const log = createLog({
    ...settings,
    redact,
    now: () => clock.now(),
    from: { pid: process.pid, host: hostname() },
    // First what cannot fail: a file may find no room.
    sinks: [...(target === undefined ? [] : [sinkAt(target, isPretty)]), ...(toFile === undefined ? [] : [toFile.write])],
    onRedacted: (count) => telemetry.tell({ type: 'secret.redacted', sink: 'log', count }),
  });
  opened.use(telemetry.listen(log.listener));
  return {
    isPretty,
    use: log.use,
    [Symbol.dispose]: () => opened.dispose(),
  };
}

function sinkAt({ write, colours }: LogTarget, isPretty: boolean): (line: string) => void {
  return isPretty ? (line) => write(`${prettyLine(JSON.parse(line) as WrittenLine, colours)}\n`) : write;
}
