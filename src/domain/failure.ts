/**
 * The exit codes of the command line, one for each way a run can end.
 * They are a promise to scripts: a number never changes its meaning.
 */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  configuration: 3,
  waits: 4,
  budget: 5,
  noWorldPassed: 6,
  notFoundOrLocked: 7,
  interrupted: 130,
} as const;

export type ExitReason = keyof typeof exitCode;

/** What a person needs to go on: what happened, why, and what to do about it. */
export interface FailureText {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/**
 * A failure that a person can do something about. Thrown once, caught once (at the command line, or by
 * the engine, which records it). Anything else that is thrown is a defect of ours.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly reason: ExitReason;
  readonly text: FailureText;
  /** The facts as fields, for `--json` and for logs. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    reason: ExitReason,
    text: FailureText,
    options: { readonly facts?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(`${text.what} ${text.why} ${text.fix}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.text = text;
    this.facts = options.facts ?? {};
  }
}
