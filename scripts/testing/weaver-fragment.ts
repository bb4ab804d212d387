/** What the fragments of docs/weaver.md take for granted; that page says so where the first of them stands. */
export const setting = `
import { readFile } from 'node:fs/promises';
import {
  answeredByTime,
  defaultDecider,
  defineTaskType,
  Failure,
  handle,
  openEngine,
  repairingPayloads,
  taskOf,
  type Decider,
  type JobId,
  type JobSpec,
  type OpenedEngine,
  type Outcome,
  type Registration,
  type TaskContext,
  type TaskId,
  type TaskType,
  type Worker,
} from 'miyabi-worlds/weaver';
import { z } from 'zod';

declare const engine: OpenedEngine;
declare const worker: Worker;
declare const jobId: JobId;
declare const taskId: TaskId;
declare const greeting: TaskType<{ name: string }, { text: string }>;
declare const greet: Registration;
declare const folder: string;
`;
