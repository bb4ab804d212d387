/** The person's own browser, where they sit at a screen. */
export interface Browsers {
  /** Shows an address in it. @returns false where there is no screen, or no program that shows addresses. */
  show(url: string): Promise<boolean>;
}
