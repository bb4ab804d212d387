import { embeddedChanges } from '../../src/adapters/dispatch/embedded-changes.ts';
import { embeddedDispatcher } from '../../src/adapters/dispatch/embedded.ts';
import { memoryHeartbeat } from '../../src/adapters/store/memory/heartbeat.ts';
import type { Artifacts } from '../../src/ports/artifacts.ts';
import { createEngine } from '../../src/weaver/create-engine.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import { simulatedDecider } from './deciders.ts';
import { faultyStore } from './faulty-store.ts';
import { handlers } from './handlers.ts';
import type { Life } from './life.ts';
import { simulatedIds } from './machine.ts';
import type { Site } from './site.ts';

/** A process with its engine. */
export interface Program {
  readonly life: Life;
  readonly engine: Engine;
}

/** Starts a process; what it does is up to whoever started it. */
export function startProgram(site: Site, name: string): Program {
  const { machine, breakPart } = site;
  site.started += 1;
  const life = machine.life(`${name}${site.started}`);
  const random = machine.random.fork();
  const connection = site.database.connect();
  const broken = breakPart.store?.(connection.store) ?? connection.store;
  const store = faultyStore(broken, { machine, life, faults: site.faults, committed: (touched) => site.checks.committed(touched) });
  const embedded = embeddedChanges({ version: connection.version, clock: machine.clock });
  const changes = breakPart.changes?.(embedded) ?? embedded;
  const locks = site.locks.of(life);
  const engine = createEngine({
    store,
    changes,
    dispatcher: embeddedDispatcher({ changes, clock: machine.clock }),
    heartbeat: memoryHeartbeat(site.database, { clock: machine.clock, timer: { every: (ms, beat) => everySoOften(site, life, ms, beat) } }),
    clock: machine.clock,
    ids: simulatedIds(machine.clock, random),
    locks: breakPart.locks?.(locks) ?? locks,
    artifacts: noArtifacts,
    registrations: handlers(machine, site.outside, life),
    decider: simulatedDecider,
    random: () => random.fraction(),
    timing: site.timing,
    pid: site.started,
    host: 'machine',
  });
  const program = { life, engine };
  site.programs.add(program);
  life.onDeath(() => {
    machine.note(life.name, 'is dead');
    site.programs.delete(program);
    site.stops.delete(program);
  });
  return program;
}

/** As a thread of its own does it: also while the rest of the process hangs, and never again once it is dead. */
function everySoOften({ machine }: Site, life: Life, ms: number, beat: () => void): () => void {
  let timer = machine.time.after(ms, again);
  function again(): void {
    if (life.isDead) return;
    timer = machine.time.after(ms, again);
    if (life.threadsRun) beat();
  }
  return () => machine.time.clear(timer);
}

const none = (): never => {
  throw new Error('The simulation has no artifacts.');
};
const noArtifacts: Artifacts = { put: none, read: none, stream: none, extend: none, collect: none };
