/** Where packages have their names from, as OSV calls them. */
export const advisoryEcosystems = ['npm', 'PyPI', 'Go', 'crates.io', 'Maven'] as const;
export type AdvisoryEcosystem = (typeof advisoryEcosystems)[number];

/** One version of a package. */
export interface PackageVersion {
  readonly ecosystem: AdvisoryEcosystem;
  readonly name: string;
  readonly version: string;
}

export type AdvisorySeverity = 'low' | 'moderate' | 'high' | 'critical' | 'unknown';

/** A vulnerability that is known of a version that was asked about. */
export interface Advisory {
  /** As its publisher names it, such as `GHSA-...`. */
  readonly id: string;
  readonly package: PackageVersion;
  readonly severity: AdvisorySeverity;
  /** In a line; words of others. */
  readonly title: string;
}

/** What became of a question. `unavailable` says nothing about the packages: neither that they are sound nor that they are not. */
export type AdvisoryAnswer =
  | {
      readonly kind: 'answered';
      readonly advisories: readonly Advisory[];
      /** Packages of which this provider can know nothing. */
      readonly notKnown: readonly PackageVersion[];
    }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Who knows of vulnerabilities. Tells neither a file nor anything else of the project: names and versions alone. */
export interface Advisories {
  /** Never rejects for what the provider does: that is `unavailable`. @param timeoutMs of the whole answer. */
  about(packages: readonly PackageVersion[], limits: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<AdvisoryAnswer>;
}
