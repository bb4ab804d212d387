import type { Effort, ModelName } from '../../domain/model.ts';
import type { SessionSettings } from './answers.ts';

/** One thing that a session is to be set to. */
export type SessionChange =
  | { readonly set: 'option'; readonly about: 'mode' | 'model' | 'effort'; readonly configId: string; readonly value: string }
  | { readonly set: 'mode'; readonly about: 'mode'; readonly value: string }
  | { readonly set: 'model'; readonly about: 'model'; readonly value: string };

export interface SessionWish {
  /** Whether it need not ask for permission. */
  readonly freely: boolean;
  readonly model: ModelName | undefined;
  readonly effort: Effort | undefined;
}

/**
 * Names under which programs offer to work without asking: codex-acp 2.6, earlier ones, claude-agent-acp 0.100, Gemini CLI 0.61.
 * A mode that nobody knows is never chosen.
 */
const freeModes = ['agent-full-access', 'full-access', 'bypassPermissions', 'yolo'];

/** What of the wish can be set, of what the program offers. */
export function sessionChanges(offered: SessionSettings, wish: SessionWish): readonly SessionChange[] {
  return [
    ...(wish.freely ? modeChange(offered) : []),
    ...(wish.model === undefined ? [] : modelChange(offered, wish.model)),
    ...(wish.effort === undefined ? [] : optionChange(offered, 'thought_level', 'effort', (value) => value === wish.effort)),
  ];
}

/** Models that can be chosen, as the program names them; undefined where it offers no choice. */
export function offeredModels({ configOptions, models }: SessionSettings): readonly string[] | undefined {
  const option = configOptions.find(({ category }) => category === 'model');
  return option?.options.flat() ?? models?.availableModels.map(({ modelId }) => modelId);
}

function modeChange(offered: SessionSettings): readonly SessionChange[] {
  const byOption = optionChange(offered, 'mode', 'mode', (value) => freeModes.includes(value));
  if (byOption.length > 0) return byOption;
  const mode = offered.modes?.availableModes.find(({ id }) => freeModes.includes(id));
  return mode === undefined ? [] : [{ set: 'mode', about: 'mode', value: mode.id }];
}

function modelChange(offered: SessionSettings, { provider, model }: ModelName): readonly SessionChange[] {
  const isMeant = (value: string): boolean => value === model || value === `${provider}/${model}`;
  const byOption = optionChange(offered, 'model', 'model', isMeant);
  if (byOption.length > 0) return byOption;
  const found = offered.models?.availableModels.find(({ modelId }) => isMeant(modelId));
  return found === undefined ? [] : [{ set: 'model', about: 'model', value: found.modelId }];
}

function optionChange(
  { configOptions }: SessionSettings,
  category: string,
  about: SessionChange['about'],
  isMeant: (value: string) => boolean,
): readonly SessionChange[] {
  const option = configOptions.find((each) => each.category === category);
  const value = option?.options.flat().find(isMeant);
  return option === undefined || value === undefined ? [] : [{ set: 'option', about, configId: option.id, value }];
}
