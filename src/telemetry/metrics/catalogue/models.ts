import { moneyScopes } from '../../../domain/money-scope.ts';
import type { Metric } from '../metric.ts';

export const modelMetrics = {
  model_calls_total: {
    type: 'counter',
    of: 'records',
    help: 'Calls of models: asked, or answered from what was kept.',
    labels: { model: 'models as they are configured', answer: ['asked', 'kept'] },
  },
  model_tokens_total: {
    type: 'counter',
    of: 'records',
    help: 'Tokens of calls of models; cached is a part of input that came from the cache of the provider.',
    labels: { model: 'models as they are configured', direction: ['input', 'output', 'cached'] },
  },
  model_cost_usd_total: {
    type: 'counter',
    of: 'records',
    help: 'What calls of models cost, in US dollars.',
    labels: { model: 'models as they are configured' },
  },
  model_retries_total: {
    type: 'counter',
    of: 'process',
    help: 'Times that a provider was asked again, and why.',
    labels: { provider: 'providers as they are configured', failure: 'kinds of failures of providers' },
  },
  model_wait_seconds_total: {
    type: 'counter',
    of: 'process',
    help: 'Time that calls waited for their turn at a provider.',
    labels: { provider: 'providers as they are configured' },
  },
  budget_limit_usd: {
    type: 'gauge',
    of: 'records',
    help: 'What may be spent in this month, in US dollars.',
    labels: { scope: ['month'] },
  },
  budget_spent_usd: {
    type: 'gauge',
    of: 'records',
    help: 'What was spent in this month and is reserved, in US dollars.',
    labels: { scope: ['month'] },
  },
  budget_stops_total: {
    type: 'counter',
    of: 'process',
    help: 'Calls of models that were refused because a budget was used up.',
    labels: { scope: moneyScopes },
  },
  circuit_breaker_state: {
    type: 'gauge',
    of: 'records',
    help: 'Breakers of providers and of configurations of worlds that have failed of late, by the state of each.',
    labels: { kind: ['provider', 'world'], state: ['closed', 'open', 'half-open'] },
  },
} as const satisfies Readonly<Record<string, Metric>>;
