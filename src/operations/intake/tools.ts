import type { Config } from '../../domain/config.ts';
import type { ForgeUser } from '../../domain/forge.ts';
import { isAtLeast } from '../../domain/forge.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import { visibleText } from '../../domain/visible-text.ts';
import type { Forge } from '../../ports/forge.ts';
import type { OperationTools } from '../tools.ts';

/** What is configured of forges: by the user alone, no repository has a say in it. */
export function forgeSettings({ ownConfiguration }: Pick<OperationTools, 'ownConfiguration'>): Config['forge'] {
  const known = settingsOf.get(ownConfiguration) ?? resolveConfig(ownConfiguration).config.forge;
  settingsOf.set(ownConfiguration, known);
  return known;
}

/** Resolving takes longer than judging an event. */
const settingsOf = new WeakMap<OperationTools['ownConfiguration'], Config['forge']>();

/** Whether somebody may ask for something in a repository, asked of the forge by their id. */
export async function mayAsk(
  tools: Pick<OperationTools, 'ownConfiguration'>,
  forge: Pick<Forge, 'permission'>,
  { repository, by }: { readonly repository: string; readonly by: ForgeUser },
): Promise<boolean> {
  if (by.isBot) return false;
  return isAtLeast(await forge.permission(repository, by), forgeSettings(tools).permission);
}

/** Somebody at a forge as the records name them: whoever has the login later is somebody else. */
export function nameOf({ login, id }: ForgeUser): string {
  return `${visibleText(login).text.replaceAll(/\s+/g, ' ').slice(0, 100)} (${visibleText(id).text.slice(0, 100)})`;
}
