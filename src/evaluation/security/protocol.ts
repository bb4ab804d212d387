import { z } from 'zod';
import { securityLevels } from '../../domain/security.ts';
import { advisoryEcosystems } from '../../ports/advisories.ts';
import type { LookStep, StepInput } from './steps.ts';
import { lookSteps } from './steps.ts';

/** What the child program is told, as JSON on its standard input. It is one of ours and believes us. */
export interface LookInput {
  readonly steps: readonly LookStep[];
  readonly input: StepInput;
}

/** What it found; a path is one of those that it was told, or the name of a text. */
const lookFinding = z.object({
  rule: z.string().max(100),
  level: z.enum(securityLevels),
  path: z.string(),
  line: z.int().positive().optional(),
  detail: z.string(),
});
export type LookFinding = z.infer<typeof lookFinding>;

const broughtPackage = z.object({ ecosystem: z.enum(advisoryEcosystems), name: z.string(), version: z.string(), path: z.string() });

const step = z.enum(lookSteps);

/** What it prints, one JSON object a line: each step begins, tells what it found and comes to its end, one after the other. */
export const lookEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('begun'), step }),
  z.object({ type: z.literal('found'), finding: lookFinding }),
  /** A package that the change adds or moves to another version. */
  z.object({ type: z.literal('brought'), package: broughtPackage }),
  z.object({
    type: z.literal('ended'),
    step,
    /** How many lines of either kind came before: none may be lost. */
    found: z.int(),
    brought: z.int(),
    /** Set where nothing of what the step is about could be looked at. */
    unknown: z.string().optional(),
  }),
  z.object({ type: z.literal('broke'), step, reason: z.string() }),
]);
export type LookEvent = z.infer<typeof lookEvent>;
