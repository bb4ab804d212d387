import type { z } from 'zod';

/**
 * JSON as it lies in the database: always an object that says which version of its own shape it has, so
 * that records written by an older Miyabi can be read by a newer one.
 */
export interface StoredJson {
  readonly schemaVersion: number;
  readonly value: unknown;
}

/**
 * A kind of task, defined once: its name (stable, carries no version), the shape of its payload and of its
 * result. Handlers and submits are typed by it.
 */
export interface TaskType<Payload, Result> {
  /** Such as `miyabi.world.run`. */
  readonly name: string;
  readonly schemaVersion: number;
  readonly payload: z.ZodType<Payload>;
  readonly result: z.ZodType<Result>;
  /** Brings a payload of an older version to the current shape; absent while there was only one version. */
  readonly upcastPayload?: (value: unknown, fromVersion: number) => unknown;
  /** The same for results. */
  readonly upcastResult?: (value: unknown, fromVersion: number) => unknown;
}

/** Gives the inferred types a name to hang on; adds nothing at run time. */
export function defineTaskType<Payload, Result>(type: TaskType<Payload, Result>): TaskType<Payload, Result> {
  return type;
}
