/** What somebody has reported and what solved it, and the same trouble as somebody else reports it later. */
export interface DuplicatePair {
  /** What the later report has in common with the earlier: a message or trace, names of code, files or options, or nothing but its sense. */
  readonly shares: 'error' | 'names' | 'sense';
  readonly past: {
    readonly title: string;
    readonly body: string;
    readonly paths: readonly string[];
    /** Lines of the diff that won. */
    readonly change: string;
    readonly lesson: string;
  };
  readonly query: { readonly title: string; readonly body: string };
  /** Another report of the same project that speaks of the same things and is about something else: title and body. */
  readonly beside: readonly (readonly [string, string])[];
}
