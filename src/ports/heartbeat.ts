import type { ProcessId } from '../domain/ids.ts';

/** Renews the leases of a process, whatever its event loop is doing. */
export interface Heartbeat {
  start(request: {
    readonly process: ProcessId;
    readonly leaseMs: number;
    readonly everyMs: number;
    /** Called when renewing has come to an end by itself. */
    readonly failed: (error: unknown) => void;
  }): Promise<Beating>;
}

export interface Beating {
  stop(): Promise<void>;
}
