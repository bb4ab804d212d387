import { deploySection } from '../../../domain/config-deploy.ts';
import type { DeployEnvironment, TargetKind } from '../../../domain/config-deploy.ts';
import type { HealthCheck } from '../../../domain/deployment.ts';
import type { CommitId } from '../../../domain/ids.ts';
import type { TargetStatus } from '../../../ports/deployer.ts';
import type { HealthRequest, TrafficSource } from '../../../ports/measurements.ts';
import type { LookRequest, LookTools } from '../step-verdict.ts';
import { virtualTime } from './virtual-time.ts';
import type { VirtualTime } from './virtual-time.ts';

const targets = {
  process: { kind: 'process', listen: { port: 8080 }, start: 'node server.js' },
  kubernetes: { kind: 'kubernetes', namespace: 'shop', deployment: 'web', manifests: 'k8s', image: 'shop' },
} satisfies Partial<Record<TargetKind, unknown>>;

/** An environment with the figures that are set when nobody sets others, but for these. */
export function environmentOf(kind: keyof typeof targets, more: object = {}): DeployEnvironment {
  const environment = { name: 'production', target: targets[kind], ...more };
  return deploySection.parse({ projects: [{ repository: 'ada/shop', environments: [environment] }] }).projects[0]!.environments[0]!;
}

/** How a release is, by the ms since the stand's time began. Each is answered at once where it says nothing of time. */
export interface ReleaseScript {
  readonly health?: (ms: number) => 'o' | 'x' | 'w' | '?';
  /** How long a check takes. */
  readonly checkMs?: (ms: number) => number;
  /** Throws where the target cannot be asked. */
  readonly status?: (ms: number) => Partial<TargetStatus>;
}

export const release = { number: 12, commit: '0123456789abcdef0123456789abcdef01234567' as CommitId };

/** Everything that looking at a scripted release takes, in a time of its own. */
export interface ReleaseStand extends VirtualTime {
  readonly tools: LookTools;
  readonly request: LookRequest;
  /** What was kept with the deployment, and how far it was said to be. */
  readonly notes: { readonly at: number; readonly text: string }[];
  readonly progress: string[];
  readonly asked: HealthRequest[];
  /** Ms since the stand's time began. */
  ms(): number;
}

/** When the time of every stand begins, epoch ms. */
export const start = 1_700_000_000_000;

export function releaseStand(
  { health = () => 'o', checkMs = () => 0, status = () => ({}) }: ReleaseScript,
  environment = environmentOf('process'),
  signal = new AbortController().signal,
): ReleaseStand {
  const time = virtualTime(start);
  const { clock, wait } = time;
  const ms = (): number => clock.now() - start;
  const notes: ReleaseStand['notes'] = [];
  const progress: string[] = [];
  const asked: HealthRequest[] = [];
  const running = [{ release: release.number, url: 'http://127.0.0.1:41000', exits: [] }];
  const usual: TargetStatus = {
    fence: 3,
    serving: { release: release.number, commit: release.commit },
    running,
    url: 'http://127.0.0.1:8080',
  };
  return {
    ...time,
    notes,
    progress,
    asked,
    ms,
    tools: {
      clock,
      wait,
      probe: {
        async check(request, within) {
          asked.push(request);
          const mark = health(ms());
          await wait(checkMs(ms()), within).catch(() => undefined);
          return checkOf(mark, clock.now(), checkMs(ms()));
        },
      },
      note: async (lines) => {
        notes.push(...lines);
        await Promise.resolve();
      },
      progress: (text) => progress.push(text),
    },
    request: {
      environment,
      release,
      fence: 3,
      signal,
      deployer: { status: async () => await Promise.resolve().then(() => ({ ...usual, ...status(ms()) })) },
    },
  };
}

function checkOf(mark: string, at: number, ms: number): HealthCheck {
  if (mark === 'o') return { at, kind: 'healthy', ms };
  if (mark === 'x') return { at, kind: 'unhealthy', why: 'answered 500' };
  return mark === 'w' ? { at, kind: 'wrong-version', found: 'abcdef123456' } : { at, kind: 'measuring', why: 'no such name' };
}

/** Traffic of so many requests a second, of which a share fails, with a p95 by the ms since the stand's time began. */
export function scriptedTraffic(
  rate: number,
  { share = () => 0, p95Ms = () => 20 }: { readonly share?: (ms: number) => number; readonly p95Ms?: (ms: number) => number } = {},
): TrafficSource & { readonly windows: { readonly from: number; readonly to: number }[] } {
  const windows: { readonly from: number; readonly to: number }[] = [];
  return {
    name: 'a script',
    windows,
    async measure(_, { from, to }) {
      windows.push({ from: from - start, to: to - start });
      const seconds = Array.from({ length: Math.floor((to - from) / 1_000) }, (__, index) => from - start + index * 1_000);
      const errors = seconds.reduce((sum, at) => sum + rate * share(at), 0);
      const requests = rate * seconds.length;
      return await Promise.resolve({
        kind: 'measured',
        from,
        to,
        requests,
        errors,
        p95Ms: requests === 0 ? undefined : p95Ms(to - 1 - start),
      });
    },
  };
}
