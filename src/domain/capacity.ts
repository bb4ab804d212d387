/** What a machine has for us; inside a container, what its limits leave of it. */
export interface MachineSize {
  readonly memoryBytes: number;
  /** Processor threads; not whole where a quota says so. */
  readonly threads: number;
  /** Of the disk that holds the state folder, used or not. */
  readonly diskBytes: number;
}

/** What one world is expected to need. */
export interface WorldNeeds {
  readonly memoryBytes: number;
  readonly threads: number;
  readonly diskBytes: number;
}

/**
 * How many worlds a machine carries at the same time: as many as the scarcest of memory, threads and disk has room for, at least one.
 *
 * @param most whatever the machine carries; at least 1.
 */
export function worldCeiling(size: MachineSize, needs: WorldNeeds, most: number): number {
  const fitting = Math.min(size.memoryBytes / needs.memoryBytes, size.threads / needs.threads, size.diskBytes / needs.diskBytes);
  return Math.max(1, Math.min(most, Math.floor(fitting)));
}
