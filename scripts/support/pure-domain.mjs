/** The files that decide what becomes of a task: of these every branch is tested, and that each thing they say matters. */
export const pureDomain = ['budget', 'decision', 'graph', 'job', 'limits', 'outcome', 'repairing-payloads', 'retry', 'task'].map(
  (name) => `src/domain/${name}.ts`,
);
