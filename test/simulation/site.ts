import { memoryDatabase } from '../../src/adapters/store/memory/database.ts';
import type { Timing } from '../../src/weaver/parts.ts';
import { CommitChecks } from './check-commit.ts';
import { Faults } from './faults.ts';
import type { Look } from './faulty-store.ts';
import { SimulatedLocks } from './locks.ts';
import type { Machine } from './machine.ts';
import { Outside } from './outside.ts';
import type { BreakPart } from './break-part.ts';
import type { Program } from './program.ts';

/** Everything that the processes of one simulation share. */
export interface Site {
  readonly machine: Machine;
  readonly database: ReturnType<typeof memoryDatabase>;
  readonly locks: SimulatedLocks;
  readonly outside: Outside;
  readonly faults: Faults;
  readonly checks: CommitChecks;
  readonly look: Look;
  readonly timing: Timing;
  readonly breakPart: BreakPart;
  /** The processes that live. */
  readonly programs: Set<Program>;
  /** How those are asked to stop that nobody else stops. */
  readonly stops: Map<Program, () => void>;
  /** Numbers processes. */
  started: number;
}

/** Short enough for leases to run out within a simulation. */
const timings: readonly Timing[] = [
  { leaseMs: 3_000, heartbeatMs: 1_000, graceMs: 1_000, livenessMs: 500 },
  { leaseMs: 1_000, heartbeatMs: 300, graceMs: 200, livenessMs: 2_000 },
  { leaseMs: 30_000, heartbeatMs: 10_000, graceMs: 10_000, livenessMs: 500 },
];

export function openSite(machine: Machine, breakPart: BreakPart): Site {
  const database = memoryDatabase();
  const { store } = database.connect();
  const look: Look = (reading) => store.read(reading);
  const outside = new Outside(machine, look);
  return {
    machine,
    database,
    locks: new SimulatedLocks(machine),
    outside,
    faults: new Faults(machine.random.fork()),
    checks: new CommitChecks(machine, look),
    look,
    timing: machine.random.pick(timings),
    breakPart,
    programs: new Set(),
    stops: new Map(),
    started: 0,
  };
}
