import type { Git, Mirror, Remote } from '../../ports/git.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { observeCalls } from './calls.ts';

/** What takes long enough to be told: whatever changes something, compares, or asks somebody else. Reading a ref or a file is not. */
const mirrorMethods = [
  'bring',
  'checkOut',
  'advance',
  'restore',
  'commitFolder',
  'change',
  'patch',
  'graft',
  'cherryPick',
  'keepInPacks',
  'prune',
] as const satisfies readonly (keyof Mirror)[];

/** The same git, with its mirrors and remotes. */
export function observeGit(git: Git, telemetry: Telemetry): Git {
  const mirror = (one: Mirror): Mirror => observeCalls(one, telemetry, { kind: 'git', methods: mirrorMethods });
  const observed = observeCalls(git, telemetry, {
    kind: 'git',
    methods: ['inspect', 'create', 'mirror', 'publish', 'tag', 'ignoredFiles'],
    below: { mirror },
  });
  return new Proxy(observed, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (property === 'open') return async (path: string) => mirror(await target.open(path));
      if (property === 'remote') return (url: string) => observeRemote(target.remote(url), telemetry, mirror);
      return value;
    },
  });
}

function observeRemote(remote: Remote, telemetry: Telemetry, mirror: (one: Mirror) => Mirror): Remote {
  return observeCalls(remote, telemetry, {
    kind: 'git',
    name: 'git remote',
    methods: ['head', 'resolve', 'refs', 'deleteRefs', 'mirror', 'publish', 'tag'],
    below: { mirror },
  });
}
