import type { Owner } from '../../../ports/owner.ts';
import type { ProcessRunner } from '../../../ports/process.ts';
import type { Rung } from '../rung.ts';
import { createEngine } from './engine.ts';
import { openContainers } from './open-containers.ts';
import { probeEngines } from './probe.ts';
import type { UsableEngine } from './engine.ts';
import type { ContainerUser, EngineName } from './run-options.ts';
import { stateLabel, sweepContainers } from './sweep.ts';

export interface ContainerOptions {
  readonly process: ProcessRunner;
  /** The environment Miyabi was started with: the client of the engine reads its settings there. No world sees it. */
  readonly host: Readonly<Record<string, string | undefined>>;
  /** As configured: `sandbox.engine`; whichever answers by default. */
  readonly engine?: EngineName | undefined;
  /** As configured: `sandbox.image`. */
  readonly image?: string | undefined;
  /** Our own Node, at whose path the programs inside find it too. */
  readonly nodePath: string;
  /** Path of the state folder; containers of other state folders are left alone. */
  readonly state: string;
  readonly owner: Owner;
  /** Default: who runs this process. */
  readonly user?: ContainerUser;
}

/**
 * Isolation by Docker or Podman, through their command lines. Each program has a container of its own, as it has a namespace of processes of its own in
 * bubblewrap: what it starts ends with it, the limits are those of the container, and exit code, signals, time
 * limits, input and outputs are those of any program.
 *
 * The programs are the user that runs Miyabi, because the folders they write are his; root among them has no capability left. Tried with Podman
 * (as root) and with the Docker command line speaking to it; where the engine works in a virtual machine (macOS) nothing was run: the way out to the
 * network is a socket there that such machines do not hand on.
 */
export function createContainerRung(options: ContainerOptions): Rung {
  const { image, nodePath, state, owner } = options;
  const user = options.user ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const names: readonly EngineName[] = options.engine === undefined ? ['docker', 'podman'] : [options.engine];
  const engines = names.map((name) => createEngine(name, options.process, options.host));
  const labels = { 'miyabi.state': stateLabel(state), 'miyabi.owner': owner.name };
  let usable: UsableEngine | undefined;

  return {
    level: 'container',
    joinsGroup: false,
    async probe() {
      if (image === undefined) return { level: 'container', usable: false, detail: noImage };
      const answer = await probeEngines(engines, { image, nodePath, user, labels });
      usable = answer.usable;
      return { level: 'container', usable: usable !== undefined, detail: answer.detail };
    },
    async open(place) {
      if (usable === undefined) throw new Error('The containers were not probed, or cannot be used.');
      await owner.hold();
      return openContainers(place, { usable, nodePath, user, labels });
    },
    sweep: () => (image === undefined ? Promise.resolve([]) : sweepContainers(engines, state, owner)),
  };
}

const noImage =
  'No image is configured: put one that holds what your project needs into your own configuration, such as `sandbox: { image: docker.io/library/node:24 }`, and pull it once.';
