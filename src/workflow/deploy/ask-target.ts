import type { DeployEnvironment } from '../../domain/config-deploy.ts';
import type { HealthCheck } from '../../domain/deployment.ts';
import type { TargetStatus } from '../../ports/deployer.ts';
import { FencedOff } from '../../ports/deployer.ts';
import type { LookRequest, LookTools } from './step-verdict.ts';

/** Where a release is asked how it is. */
export type HealthAddress =
  /** `url` with the path. */
  { readonly kind: 'at'; readonly url: string; readonly isPrivate: boolean } | { readonly kind: 'nowhere'; readonly why: string };

/** What a target says of a release, or why it cannot be known at the moment. */
export type AskedTarget =
  /** `exits`: of the release; undefined where the target cannot tell. */
  | { readonly kind: 'answered'; readonly status: TargetStatus; readonly exits: readonly number[] | undefined }
  | { readonly kind: 'unasked'; readonly why: string };

/** @throws FencedOff where another deployment has taken over; the reason of the signal. */
export async function askTarget({ deployer, release, fence, signal }: LookRequest): Promise<AskedTarget> {
  const asked = await deployer.status(signal).then(
    (status): AskedTarget => {
      const running = status.running.find((one) => one.release === release.number);
      // One that exits again and again is not there at every moment.
      return { kind: 'answered', status, exits: running === undefined ? [] : running.exits };
    },
    (error: unknown): AskedTarget => {
      if (error instanceof FencedOff) throw error;
      return { kind: 'unasked', why: error instanceof Error ? error.message : String(error) };
    },
  );
  signal.throwIfAborted();
  if (asked.kind === 'answered' && asked.status.fence > fence) throw new FencedOff(fence, asked.status.fence);
  return asked;
}

/** Asks for the health of a release. Where it is not known where, that is an error in measuring. */
export async function checkHealth(
  { clock, probe }: Pick<LookTools, 'clock' | 'probe'>,
  { environment: { health }, release, signal }: Pick<LookRequest, 'environment' | 'release' | 'signal'>,
  address: HealthAddress,
): Promise<HealthCheck> {
  if (address.kind === 'nowhere') return { at: clock.now(), kind: 'measuring', why: address.why };
  const { url, isPrivate } = address;
  const timeoutMs = health.timeoutSeconds * 1_000;
  return await probe.check({ url, isPrivate, commit: release.commit, commitField: health.commitField, timeoutMs }, signal);
}

/**
 * Before it serves a release is asked where it alone is reached, afterwards where everybody asks: at `health.url` where that is set, else where the
 * target says. Targets that are on this machine by their nature are asked there; all other addresses go by `health.private`.
 */
export function healthAddress(
  { target, health }: DeployEnvironment,
  asked: AskedTarget,
  { release, where }: { readonly release: number; readonly where: 'beside' | 'serving' },
): HealthAddress {
  if (where === 'serving' && health.url !== undefined)
    return { kind: 'at', url: withPath(health.url, health.path), isPrivate: health.private };
  if (asked.kind === 'unasked') return { kind: 'nowhere', why: asked.why };
  const { url, running } = asked.status;
  const told = where === 'serving' ? url : running.find((one) => one.release === release)?.url;
  if (told === undefined) return { kind: 'nowhere', why: 'the target does not say where it is asked, and `health.url` is not set' };
  const isHere = target.kind === 'process' || target.kind === 'container';
  return { kind: 'at', url: withPath(told, health.path), isPrivate: isHere || health.private };
}

function withPath(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}${path}`;
}
