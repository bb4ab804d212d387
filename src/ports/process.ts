/** How a child process ended. */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'not-started'; readonly reason: string };

/** Limits the system enforces on each process of the group (`ulimit`); what it cannot is not applied. */
export interface ProcessLimits {
  readonly cpuSeconds?: number;
  /** The largest file a process may write. */
  readonly fileBytes?: number;
  readonly openFiles?: number;
}

export interface ProcessRequest {
  /** Program and arguments; no shell reads them. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /**
   * Talks with the program while it runs; `stdin` is not given then. Its input is closed when this has resolved or thrown; what it throws
   * becomes the rejection of `run`, once the program has ended. What the program prints is kept and logged as ever. Has to come to an end
   * when `output` has: it is waited for.
   */
  readonly converse?: (conversation: Conversation) => Promise<void>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Kept of stdout and of stderr each (first half, last half); the rest is read, counted and dropped. Default 1 MiB. */
  readonly keepBytes?: number;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Called as something is printed, on either stream, with how many bytes; also for what is not kept. */
  readonly onOutput?: (bytes: number) => void;
  /** Everything printed goes here too, up to `logBytes`. */
  readonly logFile?: string;
  /** Limit of the log file, and of what is handed to `onLine` of each stream. Default 16 MiB. */
  readonly logBytes?: number;
  readonly limits?: ProcessLimits;
  /** A program of ours (git, for instance) that starts nothing which leaves its group: only the group is looked at afterwards, which is cheaper. */
  readonly staysInGroup?: true;
  /**
   * A program of ours that has to mount or unmount: in a user namespace it keeps what this process may do there, which every other
   * program gives up before it begins. Where this process holds no such power, or is root, it makes no difference.
   */
  readonly keepsCapabilities?: true;
  /** Between SIGTERM and SIGKILL. Default 2,000 ms. */
  readonly graceMs?: number;
}

/** Both ends of a talk with a program. */
export interface Conversation {
  /** What the program reads. A write to one that has gone fails with an error. */
  readonly input: WritableStream<Uint8Array>;
  /**
   * What it prints on stdout, all of it; ends with it. It fails, and the program is ended, when more than 64 MiB wait to be read: the
   * program is never held up by who does not read.
   */
  readonly output: ReadableStream<Uint8Array>;
}

export interface ProcessResult {
  readonly end: ProcessEnd;
  readonly stdout: string;
  readonly stderr: string;
  readonly droppedBytes: number;
  readonly durationMs: number;
  /** Processes that were still there after the program had ended, and were killed. */
  readonly leftovers: number;
}

/**
 * Starts programs in a process group of their own and leaves none of it behind: not after the program's end,
 * not after a time limit, not after the death of this process (even by SIGKILL). Never throws for what the
 * program does.
 */
export interface ProcessRunner extends AsyncDisposable {
  run(request: ProcessRequest): Promise<ProcessResult>;
}
