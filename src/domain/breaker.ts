/** When a configuration of worlds is left out, and when it is trusted again. */
export interface BreakerSettings {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before it is tried again, in ms. */
  readonly coolMs: number;
  /** Successes in a row that close it again. */
  readonly successes: number;
}

/** The one world that tries a half-open breaker out. */
export interface Probe {
  /** Who was admitted; whoever comes again under the same name is the same. */
  readonly holder: string;
  /** Epoch ms; from then on another may try, because this one was lost. */
  readonly until: number;
}

/** How a configuration of worlds has fared of late. */
export type Circuit =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly since: number }
  | { readonly kind: 'half-open'; readonly successes: number; readonly probe: Probe | undefined };

/** A circuit that nothing is known of; every closed one without a failure is this very one. */
export const newCircuit: Circuit = { kind: 'closed', failures: 0 };

/** Whether a world may begin. `until`, epoch ms: when asking again makes sense, if nobody reports before. */
export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly because: 'open' | 'being-tried'; readonly until: number };

/** Whoever asks to begin. */
export interface Applicant {
  readonly holder: string;
  /** Epoch ms. */
  readonly now: number;
  /** How long it may take at most until it reports, in ms. */
  readonly forMs: number;
}

/** How a world ended, as far as its configuration is concerned; `nothing`: it was cancelled, or never ran. */
export type BreakerOutcome = 'success' | 'failure' | 'nothing';

/** @returns the very same circuit where nothing changes. */
export function admit(
  circuit: Circuit,
  { holder, now, forMs }: Applicant,
  settings: BreakerSettings,
): { readonly admission: Admission; readonly circuit: Circuit } {
  if (circuit.kind === 'closed') return { admission: { kind: 'admitted' }, circuit };
  const refused = (because: 'open' | 'being-tried', until: number) =>
    ({ admission: { kind: 'refused', because, until }, circuit }) as const;
  if (circuit.kind === 'open') {
    // However far the clock was set back, it is not open for longer.
    if (Math.abs(now - circuit.since) < settings.coolMs) return refused('open', circuit.since + settings.coolMs);
  } else {
    const { probe } = circuit;
    if (probe !== undefined && probe.holder !== holder && now < probe.until) return refused('being-tried', probe.until);
  }
  const successes = circuit.kind === 'open' ? 0 : circuit.successes;
  return { admission: { kind: 'admitted' }, circuit: { kind: 'half-open', successes, probe: { holder, until: now + forMs } } };
}

/**
 * What a report makes of a circuit. Once it has opened, only the world that tries it out has a say: others began before, and what
 * they found is what opened it.
 *
 * @returns the very same circuit where nothing changes.
 */
export function report(
  circuit: Circuit,
  { holder, outcome, now }: { readonly holder: string; readonly outcome: BreakerOutcome; readonly now: number },
  settings: BreakerSettings,
): Circuit {
  switch (circuit.kind) {
    case 'open':
      return circuit;
    case 'closed': {
      if (outcome === 'nothing') return circuit;
      if (outcome === 'success') return newCircuit;
      const failures = circuit.failures + 1;
      return failures < settings.failures ? { kind: 'closed', failures } : { kind: 'open', since: now };
    }
    case 'half-open': {
      if (circuit.probe?.holder !== holder) return circuit;
      if (outcome === 'failure') return { kind: 'open', since: now };
      const successes = outcome === 'success' ? circuit.successes + 1 : circuit.successes;
      return successes < settings.successes ? { kind: 'half-open', successes, probe: undefined } : newCircuit;
    }
  }
}
