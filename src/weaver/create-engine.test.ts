import { expect, it } from 'vitest';
import { z } from 'zod';
import { createEngine } from './create-engine.ts';
import type { EngineOptions } from './create-engine.ts';
import { handle } from './handler.ts';

it('refuses two registrations of one name', () => {
  const type = { name: 'test.greet', schemaVersion: 1, payload: z.unknown(), result: z.unknown() };
  const registration = handle(type, async () => ({ kind: 'success', result: null }));
  const registrations = [registration, registration];
  expect(() => createEngine({ registrations } as unknown as EngineOptions)).toThrow(
    /«test.greet» is registered twice.*Register one handler/u,
  );
});
