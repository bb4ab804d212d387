/** The files that decide what becomes of a task: of these every branch is tested, and that each thing they say matters. */
export const pureDomain = [
  'breaker',
  'budget',
  'capacity',
  'decision',
  'graph',
  'job',
  'limits',
  'outcome',
  'repairing-payloads',
  'retry',
  'scaler',
  'task',
].map((name) => `src/domain/${name}.ts`);
