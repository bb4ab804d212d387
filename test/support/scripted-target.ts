import type { HealthCheck } from '../../src/domain/deployment.ts';
import type { ChangeOfTarget, DeployableRelease, Deployer } from '../../src/ports/deployer.ts';
import { FencedOff } from '../../src/ports/deployer.ts';
import type { HealthProbe } from '../../src/ports/measurements.ts';

/** A change of the target, as a test names it: `place 2`, `hook 2 key`, `start 2`, `serve 2`, `retire`. */
export type ScriptedCall = string;

/** One environment as a target keeps it, in memory: it outlives every deployer of it, as a machine outlives Miyabi. */
export interface ScriptedTarget {
  /** A way to it; any number may be open. */
  readonly deployer: () => Deployer;
  readonly probe: HealthProbe;
  /** Changes that were made, in their order, each as often as it was made. */
  readonly changes: ScriptedCall[];
  /** What each release was started with. */
  readonly environments: Map<number, Readonly<Record<string, string>>>;
  serving: number | undefined;
  fence: number;
  readonly running: Set<number>;
  readonly placed: Set<number>;
  /** Whether a release can be asked before it serves. */
  hasBeside: boolean;
  /** How a release answers where it is asked: by itself, or where it serves. */
  health: (release: number, where: 'beside' | 'serving') => HealthCheck['kind'];
  /** Called before a change is made, and after it; what it throws comes out of the change. */
  around: (call: ScriptedCall, when: 'before' | 'after') => Promise<void> | void;
  /** Exit codes of hooks, by their command. */
  readonly hooks: Map<string, number>;
}

/** @param name of the environment, in lower case letters. @param commits of the releases, by their numbers. */
export function scriptedTarget(name: string, commits: ReadonlyMap<number, string>): ScriptedTarget {
  const ran = new Set<string>();
  const commitOf = (release: number): string => commits.get(release) ?? 'unknown';
  async function change(call: ScriptedCall, { fence, signal }: ChangeOfTarget, act: () => void): Promise<void> {
    await target.around(call, 'before');
    signal.throwIfAborted();
    if (fence < target.fence) throw new FencedOff(fence, target.fence);
    target.fence = fence;
    act();
    target.changes.push(call);
    await target.around(call, 'after');
  }
  function run({ number, environment }: DeployableRelease): void {
    target.running.add(number);
    target.environments.set(number, environment);
  }
  const deployer: Deployer = {
    place: (release, under) => change(`place ${release.number}`, under, () => target.placed.add(release.number)),
    async hook(release, { key, command }, under) {
      if (!ran.has(key)) await change(`hook ${release.number} ${command}`, under, () => ran.add(key));
      return { code: target.hooks.get(command) ?? 0, tail: `ran ${command}` };
    },
    async start(release, under) {
      await change(`start ${release.number}`, under, () => (target.hasBeside ? run(release) : undefined));
      return target.hasBeside;
    },
    serve: (release, under) =>
      change(`serve ${release.number}`, under, () => {
        run(release);
        target.serving = release.number;
      }),
    async serveAsItIs({ number }, under) {
      if (!target.running.has(number)) return false;
      await change(`serve ${number}`, under, () => (target.serving = number));
      return true;
    },
    retire: ({ running, placed }, under) =>
      change('retire', under, () => {
        for (const one of target.running) if (!running.includes(one) && one !== target.serving) target.running.delete(one);
        for (const one of target.placed) if (!placed.includes(one)) target.placed.delete(one);
      }),
    status: async () =>
      await Promise.resolve({
        fence: target.fence,
        serving: target.serving === undefined ? undefined : { release: target.serving, commit: commitOf(target.serving) },
        running: [...target.running].map((release) => ({ release, url: `http://release-${release}.${name}.test`, exits: [] })),
        url: `http://everybody.${name}.test`,
      }),
    traffic: async () => await Promise.resolve(undefined),
    [Symbol.asyncDispose]: async () => await Promise.resolve(),
  };
  const target: ScriptedTarget = {
    deployer: () => deployer,
    probe: {
      async check({ url }) {
        await Promise.resolve();
        const own = /release-(\d+)\./.exec(url)?.[1];
        const release = own === undefined ? target.serving : Number(own);
        const kind = release === undefined ? 'unhealthy' : target.health(release, own === undefined ? 'serving' : 'beside');
        const at = Date.now();
        switch (kind) {
          case 'healthy':
            return { at, kind, ms: 1 };
          case 'wrong-version':
            return { at, kind, found: 'another' };
          case 'unhealthy':
          case 'measuring':
            return { at, kind, why: 'as the test has it' };
        }
      },
    },
    changes: [],
    environments: new Map(),
    serving: undefined,
    fence: 0,
    running: new Set(),
    placed: new Set(),
    hasBeside: true,
    health: () => 'healthy',
    around: () => undefined,
    hooks: new Map(),
  };
  return target;
}
