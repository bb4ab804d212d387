/** Makes one change of a target and kills itself in the middle of it. */
import type { Deployer } from '../../../src/ports/deployer.ts';
import type { VictimTask } from './killed-in.ts';

const { module, settings, verb, release, fence, killAfterMs } = JSON.parse(process.argv[2] ?? '') as VictimTask;
const { openVictim } = (await import(module)) as { openVictim: (settings: string) => Deployer };
const deployer = openVictim(settings);
const change = { fence, signal: new AbortController().signal, onLine: () => undefined };
setTimeout(() => process.kill(process.pid, 'SIGKILL'), killAfterMs);
if (verb === 'retire') await deployer.retire({ running: [release.number], placed: [release.number] }, change);
else if (verb === 'hook') await deployer.hook(release, { key: 'killed', command: 'sleep 0.2', timeoutMs: 30_000 }, change);
else await deployer[verb](release, change);
// Faster than the kill: what is done already has to be found done as well.
setInterval(() => undefined, 1_000);
