import { isNestedDeeper } from '../../domain/json-depth.ts';
import type { HealthCheck } from '../../domain/deployment.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HealthProbe } from '../../ports/measurements.ts';
import { systemResolve } from '../network/destination.ts';
import type { Resolve } from '../network/destination.ts';
import { askHttp } from './ask-http.ts';
import { jsonIn } from './json-in.ts';
import { shown } from './shown.ts';

const mostBytes = 65_536;
const deepest = 20;
/** Characters of a short commit that are enough to know a commit by. */
const shortestCommit = 12;

/** Health is a 200 with JSON that names the commit of the release: whatever else answers is not it, or not well. */
export function createHealthProbe({ clock, resolve = systemResolve }: { readonly clock: Clock; readonly resolve?: Resolve }): HealthProbe {
  return {
    async check({ url, commit, commitField, timeoutMs, isPrivate }, signal): Promise<HealthCheck> {
      if (!URL.canParse(url)) return { at: clock.now(), kind: 'measuring', why: `${shown(url)} is no address` };
      const question = { url: new URL(url), isPrivate, headers: {}, timeoutMs, mostBytes, signal };
      const answer = await askHttp({ clock, resolve }, question);
      const at = clock.now();
      if (answer.kind === 'failed') return { at, kind: answer.isOurs ? 'measuring' : 'unhealthy', why: shown(answer.why) };
      const { status, body, ms } = answer;
      if (status !== 200) return { at, kind: 'unhealthy', why: `answered ${status}${leadsElsewhere(status)}` };
      if (body === undefined) return { at, kind: 'unhealthy', why: `answered with more than ${mostBytes} bytes` };
      const found = commitIn(body, commitField);
      if (found === undefined) return { at, kind: 'unhealthy', why: `answered 200 without JSON that has its commit in \`${commitField}\`` };
      return isSame(found, commit) ? { at, kind: 'healthy', ms } : { at, kind: 'wrong-version', found: shown(found) };
    },
  };
}

function leadsElsewhere(status: number): string {
  return status >= 300 && status < 400 ? ', which leads elsewhere; that is not followed' : '';
}

/** @returns undefined where the answer is no JSON, or has no text there. */
function commitIn(body: string, field: string): string | undefined {
  if (isNestedDeeper(Buffer.from(body), deepest)) return undefined;
  let value = jsonIn(body);
  for (const name of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'string' ? value.trim() : undefined;
}

function isSame(found: string, commit: string): boolean {
  const said = found.toLowerCase();
  return (
    said === commit.toLowerCase() || (said.length >= shortestCommit && /^[\da-f]+$/.test(said) && commit.toLowerCase().startsWith(said))
  );
}
