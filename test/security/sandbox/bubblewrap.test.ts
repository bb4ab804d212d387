import { mkdirSync } from 'node:fs';
import { createProcessRunner } from '../../../src/adapters/process/process-runner.ts';
import { createSandboxes } from '../../../src/adapters/sandbox/sandboxes.ts';
import type { Sandbox, SandboxRequest } from '../../../src/ports/sandbox.ts';
import { escapeSuite } from './escape-suite.ts';
import { escapes } from './escapes.ts';
import type { Stand } from './stand.ts';
import { systemClock } from '../../../src/adapters/clock.ts';

const processes = createProcessRunner();
const path = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
const probed = await sandboxesOf({ state: '/nonexistent', home: '/nonexistent' }).ladder();
const bubblewrap = probed.find(({ level }) => level === 'bubblewrap');

function sandboxesOf({ state, home }: Pick<Stand, 'state' | 'home'>) {
  const owner = { name: `escapes-${process.pid}`, hold: async () => undefined, isAlive: async () => true };
  return createSandboxes({ process: processes, path, state, home, owner, clock: systemClock, nodePath: process.execPath });
}

const opened = new WeakMap<Stand, ReturnType<typeof sandboxesOf>>();

async function open(level: 'bubblewrap' | 'limits', request: Omit<SandboxRequest, 'level'>, stand: Stand): Promise<Sandbox> {
  const sandboxes = opened.get(stand) ?? sandboxesOf(stand);
  opened.set(stand, sandboxes);
  mkdirSync(stand.state, { recursive: true });
  return await sandboxes.open({ ...request, level });
}

escapeSuite(
  {
    kind: 'bubblewrap',
    notHere: bubblewrap?.usable === true ? undefined : (bubblewrap?.detail ?? 'bubblewrap is unknown here'),
    open: (request, stand) => open('bubblewrap', request, stand),
    controlTags: ['campaign'],
    openWithout: (request, stand) => open('limits', request, stand),
    interpreters: { sh: '/bin/sh', python: '/usr/bin/python3', node: process.execPath },
    path,
  },
  escapes,
);
