import { describe, expect, it } from 'vitest';
import type { Choice, WorldVerdict } from '../domain/choice.ts';
import type { Config } from '../domain/config.ts';
import { configSchema } from '../domain/config.ts';
import { allWorldsForTask, worldsForTask } from '../domain/task-worlds.ts';
import type { Waves } from '../domain/waves.ts';
import { firstWave } from '../domain/waves.ts';
import type { WorldName } from '../domain/world.ts';
import { afterChoice } from './after-choice.ts';

const task = { estimatedLines: 10, after: [] };
const asking = { agent: { name: 'model', model: 'openai/gpt-4.1' } };

function verdict(world: WorldName, against: readonly string[] = []): WorldVerdict {
  const nothing = { score: undefined, size: 1, files: [], fixed: [], broken: [], summary: '', commit: undefined, sameChange: [] };
  return { world, stance: '', status: against.length === 0 ? 'success' : 'failed', against, ...nothing, costMicroUsd: 0, durationMs: 0 };
}

function chosen(confidence: number, together: readonly WorldName[] = ['alpha']): Choice & { readonly kind: 'chosen' } {
  const commit = 'c' as Extract<Choice, { kind: 'chosen' }>['commit'];
  const examination = {
    tests: [],
    clusters: [{ worlds: together, belief: 0.9 }, ...(together.length > 1 ? [] : [{ worlds: ['beta' as const], belief: 0.1 }])],
    differences: [],
    inputs: 1,
    notes: [],
  };
  const verdicts = [verdict('alpha'), verdict('beta')];
  return { kind: 'chosen', winner: 'alpha', commit, decidedBy: 'score', margin: 1, confidence, verdicts, caveats: [], examination };
}

const none: Choice = { kind: 'none-passed', reason: 'Both are wrong.', verdicts: [verdict('alpha', ['wrong'])], caveats: [] };

function next(choice: Choice, given: object = {}, more: { attended?: boolean; several?: boolean; steps?: Waves['steps'] } = {}) {
  const config: Config = configSchema.parse({ ...asking, ...given });
  const waves = { ...firstWave(worldsForTask(config, task), config.worlds), steps: more.steps ?? [] };
  const all = allWorldsForTask(config, task);
  return afterChoice({ choice, waves, all, config, attended: more.attended ?? false, isOneOfSeveral: more.several ?? false });
}

describe('a choice', () => {
  it('that is clear is integrated', () => {
    expect(next(chosen(0.8))).toEqual({ kind: 'integrate' });
  });

  it('that is not clear has others go about it with what was learnt, then a person asked, then is taken as it is', () => {
    const step = { strategy: 'second-wave', because: 'confidence 20 % is below 45 %' } as const;
    expect(next(chosen(0.2))).toMatchObject({ kind: 'wave', step, worlds: [{ name: 'zeta' }, { name: 'eta' }] });
    expect(next(chosen(0.2), {}, { steps: [step], attended: true })).toMatchObject({ kind: 'ask' });
    // Nobody is there, and there is something else to do.
    expect(next(chosen(0.2), {}, { steps: [step] })).toEqual({ kind: 'integrate' });
    expect(next(chosen(0.2), { choice: { whenUnsure: ['ask'] } })).toMatchObject({ kind: 'ask' });
    expect(next(chosen(0.2), { choice: { whenUnsure: [] } })).toEqual({ kind: 'integrate' });
  });

  it('of which nothing more could be known is integrated, however little is known', () => {
    const { examination: _, ...unexamined } = chosen(0.1);
    expect(next(unexamined)).toEqual({ kind: 'integrate' });
    expect(next(chosen(0.1, ['alpha', 'beta']))).toEqual({ kind: 'integrate' });
  });

  it('of a person is integrated, however clear it was', () => {
    expect(next({ ...chosen(0), decidedBy: 'person' } as Choice)).toEqual({ kind: 'integrate' });
  });

  it('between two worlds that agree needs no others, and between two that do not, all of them', () => {
    const grow = { worlds: { grow: true } };
    expect(next(chosen(1, ['alpha', 'beta']), grow)).toEqual({ kind: 'integrate' });
    expect(next(chosen(1), grow)).toMatchObject({
      kind: 'wave',
      step: { strategy: 'grow' },
      worlds: [{ name: 'gamma' }, { name: 'delta' }, { name: 'epsilon' }],
    });
    expect(next(none, grow)).toMatchObject({ kind: 'wave', step: { strategy: 'grow' } });
  });
});

describe('where no world passed', () => {
  it('the strategies follow in their order, each once', () => {
    const other = { agent: { ...asking.agent, otherModel: 'openai/gpt-4.1' } };
    const taken: string[] = [];
    let steps: Waves['steps'] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      const step = next(
        none,
        { agent: { ...other.agent, otherModel: 'anthropic/claude-haiku-4-5' } },
        { steps, attended: true, several: true },
      );
      taken.push(step.kind === 'wave' || step.kind === 'ask' || step.kind === 'skip' ? step.step.strategy : step.kind);
      if ('step' in step) steps = [...steps, step.step];
    }
    expect(taken).toEqual(['lower-temperature', 'switch-model', 'second-wave', 'ask', 'skip', 'give-up']);
  });

  it('worlds are tried again a little cooler, under names that are free', () => {
    const step = next(none);
    expect(step).toMatchObject({
      kind: 'wave',
      worlds: [
        { name: 'zeta', stance: 'conservative, cooler', agent: { temperature: 0.1 } },
        { name: 'eta', stance: 'balanced, cooler', agent: { temperature: 0.5 } },
      ],
    });
  });

  it('nothing is done that can change nothing: a search reads no lessons, has no temperature and no model', () => {
    expect(next(none, { agent: { name: 'repair' } })).toEqual({ kind: 'give-up', because: 'no world passed: Both are wrong.' });
  });

  it('nine worlds are the most', () => {
    expect(next(none, { worlds: { count: 9 } })).toMatchObject({ kind: 'give-up' });
  });

  it('the order is configured, and an empty one ends it', () => {
    expect(next(none, { worlds: { fallback: [] } })).toMatchObject({ kind: 'give-up' });
    expect(next(none, { worlds: { fallback: ['skip', 'ask'] } })).toMatchObject({ kind: 'ask' });
    expect(next(none, { worlds: { fallback: ['skip', 'ask'] } }, { several: true })).toMatchObject({ kind: 'skip' });
  });
});

it('worlds that each name their own model have no others after them', () => {
  const settings = [{ model: 'openai/gpt-4.1' }, { model: 'openai/gpt-4.1-mini' }];
  expect(next(none, { agent: { name: 'model' }, worlds: { count: 2, settings } })).toMatchObject({ kind: 'give-up' });
});
