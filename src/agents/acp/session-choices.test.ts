import { describe, expect, test } from 'vitest';
import { sessionSettings } from './answers.ts';
import { offeredModels, sessionChanges } from './session-choices.ts';

const nothing = { freely: false, model: undefined, effort: undefined };

describe('what a session is set to', () => {
  test('a mode that needs no permission, by an option rather than by a mode', () => {
    const modes = { currentModeId: 'default', availableModes: [{ id: 'default' }, { id: 'yolo' }] };
    const option = { id: 'mode', category: 'mode', options: [{ value: 'read-only' }, { value: 'agent-full-access' }] };
    const wish = { ...nothing, freely: true };
    expect(sessionChanges(sessionSettings.parse({ modes }), wish)).toEqual([{ set: 'mode', about: 'mode', value: 'yolo' }]);
    expect(sessionChanges(sessionSettings.parse({ modes, configOptions: [option] }), wish)).toEqual([
      { set: 'option', about: 'mode', configId: 'mode', value: 'agent-full-access' },
    ]);
    expect(sessionChanges(sessionSettings.parse({ modes }), nothing)).toEqual([]);
    expect(sessionChanges(sessionSettings.parse({ modes: { availableModes: [{ id: 'everything-goes' }] } }), wish)).toEqual([]);
  });

  test('a model by its name with the provider or without, in groups or not, by an option or in the old way', () => {
    const wish = { ...nothing, model: { provider: 'openai', model: 'gpt-5.1' } };
    const grouped = { id: 'm', category: 'model', options: [{ group: 'g', options: [{ value: 'x' }, { value: 'openai/gpt-5.1' }] }] };
    expect(sessionChanges(sessionSettings.parse({ configOptions: [grouped] }), wish)).toEqual([
      { set: 'option', about: 'model', configId: 'm', value: 'openai/gpt-5.1' },
    ]);
    const models = { availableModels: [{ modelId: 'gpt-5.1' }, { modelId: 'gpt-5.1[high]' }] };
    expect(sessionChanges(sessionSettings.parse({ models }), wish)).toEqual([{ set: 'model', about: 'model', value: 'gpt-5.1' }]);
    expect(sessionChanges(sessionSettings.parse({ models: { availableModels: [{ modelId: 'gpt-5.1-mini' }] } }), wish)).toEqual([]);
  });

  test('how much it is to think, where it can be told', () => {
    const option = { id: 'effort', category: 'thought_level', options: [{ value: 'low' }, { value: 'high' }] };
    const wish = (effort: 'medium' | 'high') => sessionChanges(sessionSettings.parse({ configOptions: [option] }), { ...nothing, effort });
    expect(wish('high')).toEqual([{ set: 'option', about: 'effort', configId: 'effort', value: 'high' }]);
    expect(wish('medium')).toEqual([]);
  });

  test('what cannot be read is not offered', () => {
    const broken = { modes: 'all', models: { availableModels: 7 }, configOptions: [null, { id: '' }, { id: 'x', options: 'none' }] };
    for (const offered of [null, 'nothing', {}, broken])
      expect(sessionChanges(sessionSettings.parse(offered), { freely: true, model: { provider: 'a', model: 'b' }, effort: 'low' })).toEqual(
        [],
      );
    expect(offeredModels(sessionSettings.parse({}))).toBeUndefined();
  });
});
