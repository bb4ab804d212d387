import type { DeployEnvironment } from '../../domain/config-deploy.ts';
import { releaseName } from '../../domain/deployment.ts';
import { observe } from '../../domain/release-watch.ts';
import type { Observation, ReleaseWatch } from '../../domain/release-watch-state.ts';
import { beginWatch, standsProven } from '../../domain/release-watch-state.ts';
import type { WatchSettings } from '../../domain/release-watch-rules.ts';
import { askTarget, checkHealth, healthAddress } from './ask-target.ts';
import type { LookTools, StepVerdict, VerifyRequest } from './step-verdict.ts';
import { watchNotes } from './watch-notes.ts';

/** In ms: how often one that is starting is asked, at the least. */
const startingMs = 500;
/** In ms: exits so long before it is looked at count as well, since it was started before that. */
const exitsBeforeMs = 60_000;
/** In ms between two lines of a kind that are kept. */
const keptMs = 1_000;

/**
 * Whether a release is well and is the one that was deployed: once healthy is good. One that is starting has its grace, in which only a crash loop
 * is held against it; any other is bad after as many failures in a row as the configuration says.
 *
 * @throws FencedOff where another deployment has taken over.
 */
export async function verifyRelease(tools: LookTools, request: VerifyRequest): Promise<StepVerdict> {
  const { clock, wait } = tools;
  const { environment, release, where, isStarting, signal } = request;
  const { intervalSeconds, graceSeconds } = environment.health;
  const began = clock.now();
  const everyMs = isStarting ? Math.min(startingMs, intervalSeconds * 1_000) : intervalSeconds * 1_000;
  const notes = watchNotes(tools, keptMs);
  let watch = beginWatch(rulesFor(environment, isStarting), undefined, { since: began - exitsBeforeMs, at: began });
  const see = async (observation: Observation): Promise<void> => {
    watch = observe(watch, observation);
    await notes.keep(observation, watch);
  };
  for (;;) {
    const next = clock.now() + everyMs;
    const asked = await askTarget(request);
    if (asked.kind === 'unasked') await see({ ...asked, at: clock.now() });
    else if (asked.exits !== undefined) await see({ kind: 'exits', at: clock.now(), exits: asked.exits });
    const check = await checkHealth(tools, request, healthAddress(environment, asked, { release: release.number, where }));
    signal.throwIfAborted();
    await see({ kind: 'check', check });
    if (isStarting && clock.now() + everyMs > began + graceSeconds * 1_000) await see({ kind: 'late', at: clock.now() });
    if (watch.verdict !== undefined) return { kind: 'bad', verdict: watch.verdict };
    if (standsProven(watch, 1)) return { kind: 'good', notes: [sentence(watch, request, clock.now() - began)] };
    await wait(Math.max(0, next - clock.now()), signal);
  }
}

function rulesFor(environment: DeployEnvironment, isStarting: boolean): WatchSettings {
  return isStarting ? { ...environment, health: { ...environment.health, failures: Infinity } } : environment;
}

function sentence({ checks }: ReleaseWatch, { release, where }: VerifyRequest, afterMs: number): string {
  const place = where === 'beside' ? 'before it served' : 'where it serves';
  return `${releaseName(release)} was healthy ${place} after ${(afterMs / 1_000).toFixed(1)} s, at check ${checks.made}.`;
}
