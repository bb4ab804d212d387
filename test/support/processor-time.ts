/**
 * The processor time in ms that this thread takes for something: on a busy machine it is what it is on a quiet one, unlike the time that passes
 * meanwhile.
 */
export function processorMs(body: () => void): number {
  const before = process.threadCpuUsage();
  body();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** The processor time in ms of this process that one call of many takes, in the best of five rounds: in the others something else may have been cleared up. */
export async function leastProcessorMs(turns: number, once: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 5; round += 1) {
    const before = process.cpuUsage();
    for (let turn = 0; turn < turns; turn += 1) await once();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000 / turns);
  }
  return least;
}
