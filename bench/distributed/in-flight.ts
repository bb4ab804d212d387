/** Does something so many times, so many of them at a time. */
export async function inFlight(times: number, most: number, work: () => Promise<void>): Promise<void> {
  let begun = 0;
  const one = async (): Promise<void> => {
    while (begun < times) {
      begun += 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, times) }, one));
}
