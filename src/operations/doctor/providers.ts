import { Failure } from '../../domain/failure.ts';
import { modelRoles } from '../../domain/model.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import { knownProviders } from '../../domain/providers.ts';
import type { OperationTools } from '../tools.ts';
import type { Finding } from './finding.ts';
import { fine, warning } from './finding.ts';

/** Whether there is a key for each provider, never which; with `network` each model that is configured is asked for one token. */
export async function providerFindings(
  { ownConfiguration, isSecretSet, tryModel }: Pick<OperationTools, 'ownConfiguration' | 'isSecretSet' | 'tryModel'>,
  network: boolean,
): Promise<readonly Finding[]> {
  const { config } = resolveConfig(ownConfiguration);
  const each = [...knownProviders(config.models).values()].map(({ name, keyVariables, keyFile }) => {
    const places = [
      ...keyVariables.map((variable) => ({ kind: 'variable', name: variable }) as const),
      ...(keyFile === undefined ? [] : [{ kind: 'file', name: keyFile } as const]),
    ];
    if (places.length === 0) return `${name} needs none`;
    const found = places.find((place) => isSecretSet(place));
    return found === undefined ? `${name} has none (${places[0]?.name})` : `${name} has one in ${found.name}`;
  });
  const asked = network ? await Promise.all(modelsOf(config).map(async (model) => await modelFinding(tryModel, model))) : [];
  return [fine('Keys of models', `${each.join(', ')}${network ? '' : '; nobody was asked'}`), ...asked];
}

/** Every model that a run would ask by itself. */
function modelsOf({ agent, models }: ReturnType<typeof resolveConfig>['config']): readonly string[] {
  return [...new Set([agent.model, ...modelRoles.map((role) => models[role])].filter((model) => model !== undefined))];
}

async function modelFinding(tryModel: OperationTools['tryModel'], model: string): Promise<Finding> {
  try {
    return fine(`Model ${model}`, `answered within ${Math.round(await tryModel(model))} ms`);
  } catch (error) {
    const text = error instanceof Failure ? error.text : { what: String(error), why: '', fix: 'See what its provider says of its state.' };
    return warning(`Model ${model}`, `${text.what} ${text.why}`.trim(), text.fix);
  }
}
