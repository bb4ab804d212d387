import type { Goal } from '../support/figures.ts';
import { atMost, figure } from '../support/figures.ts';
import { percentile } from '../support/statistics.ts';
import type { Part } from './part.ts';
import type { StreamLoad } from './stream-clients.ts';
import { streamClients } from './stream-clients.ts';
import type { StreamService } from './stream-service.ts';
import { startStreamService } from './stream-service.ts';

/** Whoever follows at a time. */
const many = 200;
/** Runs that begin in a second, each of which is two events. */
const runsASecond = 10;
/** Of each of five worlds. */
const linesASecond = 100;

/** How soon it is known elsewhere what happens and what is printed, and what that costs the service, with many who follow it. */
export const stream: Part = {
  name: 'stream',
  measure: async (bench) => {
    const seconds = bench.quick ? 5 : 30;
    await using service = await startStreamService(bench.folder(), { runsASecond, linesASecond });
    const idle = await cpuOf(service, seconds, async () => undefined);
    const clients = async (load: Pick<StreamLoad, 'clients' | 'followsLogs'>) =>
      await bench.measure(streamClients, { ...load, seconds, url: service.url, token: service.token, run: service.run });
    const one = await cpuOf(service, seconds, async () => await clients({ clients: 1, followsLogs: true }));
    const events = await cpuOf(service, seconds, async () => await clients({ clients: many, followsLogs: false }));
    const all = await cpuOf(service, seconds, async () => await clients({ clients: many, followsLogs: true }));
    const worlds = `five worlds print ${linesASecond} lines a second each`;
    return {
      figures: [
        latency('stream event p95', events.result.eventMs, `${many} clients, ${2 * runsASecond} events a second`),
        latency('stream event p95 beside logs', all.result.eventMs, `the same, while all follow a run in which ${worlds}`),
        ofLine('stream line p95 beside logs', all.result.lineMs, `from the file to a client, as above; looked for each 100 ms`),
        ofLine('stream line p95 of one', one.result.lineMs, `one client, as above`),
        figure('stream logs followed', one.percent - idle.percent, '% of a processor', { detail: `one client, ${worlds}` }),
        figure('stream logs followed by all', all.percent - idle.percent, '% of a processor', { detail: `${many} clients, ${worlds}` }),
        figure('stream lines left out', all.result.skipped, 'lines', { detail: `of ${all.result.lines} to ${many} clients` }),
        figure('stream service memory', await service.peakMiB(), 'MiB', { goal: atMost(250), detail: 'at most, all its life' }),
      ],
    };
  },
};

function latency(name: string, values: readonly number[], how: string, options: { readonly goal?: Goal } = { goal: atMost(200) }) {
  const [middle, most] = [percentile(values, 0.5), Math.max(...values)];
  const detail = `${how}; median ${middle.toFixed(0)} ms, most ${most.toFixed(0)} ms of ${values.length}`;
  return figure(name, percentile(values, 0.95), 'ms', { ...options, detail });
}

/** Without a goal: a line waits a tenth of a second for others. */
function ofLine(name: string, values: readonly number[], how: string) {
  return latency(name, values, how, {});
}

/** How busy the service is meanwhile, at least for so long. */
async function cpuOf<Result>(service: StreamService, seconds: number, work: () => Promise<Result>) {
  const [begun, before] = [performance.now(), await service.cpuMs()];
  const [result] = await Promise.all([work(), new Promise((resolve) => setTimeout(resolve, seconds * 1_000))]);
  const percent = ((await service.cpuMs()) - before) / (performance.now() - begun);
  return { result, percent: 100 * percent };
}
