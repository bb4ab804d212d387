import type { WatchRule } from './deployment.ts';

/** What each rule has found, in a few words, as they stand behind a release: `r12 was taken back: it failed its health checks`. */
export const ruleInWords: Readonly<Record<WatchRule, string>> = {
  health: 'it failed its health checks',
  errors: 'too many requests failed',
  latency: 'it answered too slowly',
  'crash-loop': 'it exited again and again',
  'wrong-version': 'something else answered in its place',
  smoke: 'its smoke test failed',
  'no-data': 'nothing could be measured',
  hook: 'its hook failed',
};
