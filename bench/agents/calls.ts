import { providerProtocols } from '../../src/domain/model.ts';
import { atMost, figure } from '../support/figures.ts';
import type { Figure, Goal } from '../support/figures.ts';
import { spread } from '../support/rounds.ts';
import { median, percentile } from '../support/statistics.ts';
import { added } from './burst.ts';
import type { Added, Burst } from './burst.ts';
import { exchangeCalls } from './exchange-calls.ts';
import type { ExchangeCalls } from './exchange-calls.ts';
import { gatewayCalls } from './gateway-calls.ts';
import type { GatewayCalls } from './gateway-calls.ts';
import { loopTurns } from './loop-turns.ts';
import type { LoopTurns } from './loop-turns.ts';
import type { Bench, Part } from '../support/parts.ts';
import { startProvider } from './provider.ts';
import type { ProviderProcess } from './provider.ts';
import { turns } from './scripts.ts';

/** Of a conversation some turns long, some 12,000 tokens. */
const usualCharacters = 40_000;
const otherCharacters = [2_000, 400_000] as const;

const goals = { cpu: atMost(5), p50: atMost(10) } as const;

/** What we add to one call of a model: on the way of our own loop, on that of programs in worlds, and in the loop itself. */
export const calls: Part = {
  name: 'calls',
  measure: async (bench) => {
    await using provider = await startProvider('plain');
    const usual = await exchange(bench, provider, { characters: usualCharacters });
    const loop = await turnsOfLoop(bench);
    const gateway = await bench.measure(gatewayCalls, {
      urls: provider.urls,
      characters: usualCharacters,
      calls: bench.quick ? 10 : 30,
      rounds: bench.rounds,
    });
    return {
      figures: [
        ...usualFigures(usual),
        ...gatewayFigures(gateway),
        ...loopFigures(loop, usual),
        ...(bench.quick ? [] : await otherFigures(bench, provider)),
      ],
    };
  },
};

async function exchange(
  bench: Bench,
  provider: ProviderProcess,
  {
    characters,
    protocol = 'anthropic',
    isShort = false,
  }: { characters: number; protocol?: (typeof providerProtocols)[number]; isShort?: boolean },
): Promise<ExchangeCalls> {
  const size = isShort || bench.quick ? { calls: 10, rounds: 3 } : { calls: 30, rounds: bench.rounds };
  return await bench.measure(exchangeCalls, { urls: provider.urls, protocol, characters, ...size });
}

async function turnsOfLoop(bench: Bench): Promise<LoopTurns> {
  await using plans = await startProvider('plans');
  await using reads = await startProvider('reads');
  return await bench.measure(loopTurns, { plans: plans.urls, reads: reads.urls, rounds: bench.quick ? 3 : bench.rounds });
}

function usualFigures({ bare, sdk, ours, disk, bodyBytes, commits }: ExchangeCalls): readonly Figure[] {
  const beyond = added(ours, bare);
  const ofSdk = added(sdk, bare);
  const diskMs = disk.map(({ ms }) => median(ms));
  const how = `a request of ${kib(bodyBytes)} by the AI SDK through the exchange, delivery whole, against a bare fetch (${both(bare)})`;
  return [
    ...addedFigures('call, exchange', beyond, how),
    figure('call, exchange: of that the AI SDK, CPU', median(ofSdk.cpu), 'ms', { detail: `${both(sdk)} with nothing of ours in it` }),
    figure('call, exchange: of that the disk, p50', median(diskMs), 'ms', {
      detail: `${spread(diskMs)}; ${commits} durable commits of one row each in the same rounds, as many as a call makes; no goal can be below it`,
    }),
  ];
}

function gatewayFigures({ direct, gateway, level, knowsBridge }: GatewayCalls): readonly Figure[] {
  const beyond = added(gateway, direct);
  const first = gateway.map(({ firstMs }, round) => median(firstMs) - median(direct[round]?.firstMs ?? []));
  const cpu = gateway.map(({ cpuMs }) => cpuMs);
  const around = level === 'bubblewrap' ? 'in walls of bubblewrap' : 'without walls, for there are none here';
  const counted = knowsBridge ? 'the bridge into the walls counted' : 'no bridge';
  const how = `a program ${around}, its request and its streamed answer through bridge, gateway and exchange, against direct (${both(direct)})`;
  return [
    ...addedFigures('call, gateway', { ...beyond, cpu }, `${how}; ${counted}`),
    figure('call, gateway: latency added to the first byte, p50', median(first), 'ms', { detail: spread(first) }),
  ];
}

function loopFigures({ plans, reads }: LoopTurns, usual: ExchangeCalls): readonly Figure[] {
  const loopCpu = plans.map(({ loopCpuMs }) => loopCpuMs);
  const beyondMs = plans.map(({ loopMs }) => loopMs);
  const beyond = added(usual.ours, usual.bare);
  return [
    figure('turn of the agent `model` beyond its call: CPU', median(loopCpu), 'ms', {
      detail: `${spread(loopCpu)}; runs of ${turns + 1} turns with a tool that only tells; ${median(beyondMs).toPrecision(3)} ms long`,
    }),
    figure('turn of the agent `model`, its call included: CPU', median(loopCpu) + median(beyond.cpu), 'ms', {
      goal: goals.cpu,
      detail: 'the sum of the two medians: loop, AI SDK, exchange and store',
    }),
    figure('turn of the agent `model`, its call included: latency added, p50', median(beyondMs) + median(beyond.p50), 'ms', {
      goal: goals.p50,
    }),
    figure('turn that reads a file: the tool', median(reads.map((each) => each.loopMs)) - median(beyondMs), 'ms', {
      detail: `a process for each, here without walls; our own CPU ${(median(reads.map((each) => each.loopCpuMs)) - median(loopCpu)).toPrecision(3)} ms`,
    }),
  ];
}

async function otherFigures(bench: Bench, provider: ProviderProcess): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const protocol of providerProtocols.filter((name) => name !== 'anthropic')) {
    const found = await exchange(bench, provider, { characters: usualCharacters, protocol, isShort: true });
    figures.push(cpuFigure(`call, exchange: CPU added, ${protocol}`, found));
  }
  for (const characters of otherCharacters) {
    const found = await exchange(bench, provider, { characters, isShort: true });
    figures.push(cpuFigure(`call, exchange: CPU added, request of ${kib(found.bodyBytes)}`, found));
  }
  return figures;
}

function cpuFigure(name: string, { ours, bare }: ExchangeCalls): Figure {
  const { cpu, p50 } = added(ours, bare);
  return figure(name, median(cpu), 'ms', { detail: `${spread(cpu)}; latency added ${median(p50).toPrecision(3)} ms at p50` });
}

function addedFigures(name: string, { cpu, p50, p95 }: Added, how: string): readonly Figure[] {
  const one = (what: string, values: readonly number[], goal?: Goal, detail = ''): Figure =>
    figure(`${name}: ${what}`, median(values), 'ms', {
      ...(goal === undefined ? {} : { goal }),
      detail: [spread(values), detail].filter((part) => part !== '').join('; '),
    });
  return [one('CPU added', cpu, goals.cpu, how), one('latency added, p50', p50, goals.p50), one('latency added, p95', p95)];
}

function both(bursts: ReadonlyArray<Pick<Burst, 'ms'>>): string {
  const all = bursts.flatMap(({ ms }) => ms);
  return `${median(all).toPrecision(3)} ms at p50, ${percentile(all, 0.95).toPrecision(3)} at p95`;
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}
