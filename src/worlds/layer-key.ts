import { createHash } from 'node:crypto';
import type { DependencyRequest } from './dependency-plan.ts';

/** Raised when a layer of the same key would be made or laid out in another way. */
const layout = 2;

/** Names a layer by everything that decides what is in it. */
export function layerKey(
  kind: string,
  request: DependencyRequest,
  { locked, facts }: { readonly locked: boolean; readonly facts: unknown },
): string {
  const [major = ''] = request.nodeVersion.replace(/^v/, '').split('.');
  const day = locked ? '' : new Date(request.at).toISOString().slice(0, 10);
  const all = [layout, kind, request.install?.command, major, request.platform, request.installScripts, day, facts];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

export const unlockedNote = 'There is no lockfile: which versions are installed may change from day to day.';

export function scriptsNotRun(request: DependencyRequest): readonly string[] {
  return request.installScripts ? [] : ['Install scripts of dependencies were not run (dependencies.installScripts).'];
}
