import type { Answer } from '../../api/operations.ts';

/** What each scope allows, with all before it. */
export const scopeWords: Readonly<Record<Answer<'readSession'>['scope'], string>> = {
  read: 'may look, and change nothing.',
  operate: 'may look, answer and steer runs.',
  admin: 'may do everything, also decide who is let in.',
};
