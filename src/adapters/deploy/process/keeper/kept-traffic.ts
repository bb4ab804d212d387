import type { TrafficWindow } from '../../../../domain/deployment.ts';
import { readJson, writeJson } from './state-file.ts';
import { createTraffic, trafficSchema } from './traffic.ts';
import type { Answered } from './traffic.ts';

/** Traffic that is written down now and then: a death costs the counts of a few seconds. */
export interface KeptTraffic {
  add(release: number, answered: Answered): void;
  between(release: number, from: number, to: number): TrafficWindow;
  close(): Promise<void>;
  /** Ends without writing. */
  abandon(): Promise<void>;
}

const writeMs = 5_000;

export async function createKeptTraffic(file: string): Promise<KeptTraffic> {
  const traffic = createTraffic(trafficSchema.safeParse(await readJson(file).catch(() => undefined)).data);
  let hasChanged = false;
  let writing: Promise<void> = Promise.resolve();

  function write(): void {
    if (!hasChanged) return;
    hasChanged = false;
    writing = writing.then(() => writeJson(file, traffic.all(), { lasting: false })).catch(() => undefined);
  }

  const timer = setInterval(write, writeMs);
  return {
    add(release, answered) {
      traffic.add(release, Date.now(), answered);
      hasChanged = true;
    },
    between: (release, from, to) => traffic.between(release, from, to),
    async abandon() {
      clearInterval(timer);
      await writing;
    },
    async close() {
      clearInterval(timer);
      write();
      await writing;
    },
  };
}
