import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { answers, protocol, requests } from './messages.ts';

it('has another number with every change of what is asked and answered', () => {
  const shapes = [requests, answers].map((all) => Object.entries(all).map(([name, schema]) => [name, z.toJSONSchema(schema)]));
  const digest = createHash('sha256').update(JSON.stringify(shapes)).digest('hex').slice(0, 12);
  // Where this fails, raise `protocol` and write the new digest here.
  expect({ protocol, digest }).toEqual({ protocol: 2, digest: '4c2b57fc1aea' });
});
