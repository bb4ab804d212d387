/**
 * From when on a value holds that was changed while a service runs: `now` for whatever it does from then on, `run` for runs that begin later (a run
 * keeps the configuration with which it began), `restart` once the service is started anew.
 */
export const configHolds = ['now', 'run', 'restart'] as const;
export type ConfigHold = (typeof configHolds)[number];

/** By the longest of these names with which a key begins. */
const holds: Readonly<Record<string, ConfigHold>> = {
  worlds: 'run',
  'worlds.parallel': 'now',
  'worlds.needs': 'now',
  agent: 'run',
  'agent.programs': 'restart',
  models: 'run',
  'models.providers': 'restart',
  'models.requestsPerMinute': 'restart',
  'models.tokensPerMinute': 'restart',
  'models.prices': 'restart',
  'models.unknownPrice': 'restart',
  'models.mostOutputTokens': 'restart',
  'models.cache': 'restart',
  checks: 'run',
  score: 'run',
  examine: 'run',
  choice: 'run',
  security: 'run',
  gates: 'run',
  budget: 'run',
  early: 'run',
  branch: 'run',
  dependencies: 'run',
  isolation: 'run',
  sandbox: 'run',
  'sandbox.image': 'restart',
  'sandbox.engine': 'restart',
  capacity: 'now',
  breaker: 'run',
  database: 'restart',
  cleanup: 'restart',
  limits: 'run',
  node: 'run',
  artifacts: 'restart',
  remotes: 'restart',
  forge: 'now',
  'forge.github': 'restart',
  'forge.local': 'restart',
  'forge.webhookMegabytes': 'restart',
  pullRequest: 'run',
  ci: 'run',
  merge: 'run',
  escalations: 'run',
  'escalations.editor': 'now',
  notify: 'now',
  dailyLog: 'restart',
  log: 'restart',
  'log.level': 'now',
  'log.levels': 'now',
  telemetry: 'restart',
  server: 'restart',
  knowledge: 'restart',
  deploy: 'restart',
  disk: 'run',
  'disk.ballastMegabytes': 'restart',
  backup: 'now',
};

/** @param path of a key. @throws Error for a key that no line above is about: a defect of ours. */
export function holdsFrom(path: string): ConfigHold {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const found = holds[parts.slice(0, length).join('.')];
    if (found !== undefined) return found;
  }
  throw new Error(`config-holds.ts does not say from when on ${path} holds.`);
}

/** In words for people. */
export const holdInWords: Readonly<Record<ConfigHold, string>> = {
  now: 'holds at once',
  run: 'holds for new runs',
  restart: 'holds after a restart',
};
