import type { Config } from '../../domain/config.ts';
import { resolveConfig } from '../../domain/resolve-config.ts';
import type { Reloaded } from '../../ports/own-configuration.ts';
import type { OperationTools, Tell } from '../tools.ts';

/**
 * Does something by the configuration, and begins it anew when that has changed, until it is disposed; what changed is told by its keys alone, because
 * values may say where secrets lie.
 *
 * @param begin with what holds now; what it began before has come to its end by then.
 */
export function renewWithConfiguration(
  tools: Pick<OperationTools, 'configuration' | 'ownConfiguration'>,
  begin: (config: Config) => AsyncDisposable,
  tell: Tell,
): AsyncDisposable {
  let under = begin(resolveConfig(tools.ownConfiguration).config);
  let renewing = Promise.resolve();
  const renew = async (): Promise<void> => {
    await under[Symbol.asyncDispose]();
    under = begin(resolveConfig(tools.ownConfiguration).config);
  };
  const listening = tools.configuration.subscribe((reloaded) => {
    for (const { text, level } of inWords(reloaded)) tell(text, level);
    if (reloaded.kind === 'kept') return;
    renewing = renewing
      .then(renew)
      .catch((error: unknown) => tell(`The new configuration could not be taken over: ${String(error)}`, 'error'));
  });
  const watching = tools.configuration.watch();
  return {
    async [Symbol.asyncDispose]() {
      listening[Symbol.dispose]();
      await watching[Symbol.asyncDispose]();
      await renewing;
      await under[Symbol.asyncDispose]();
    },
  };
}

function inWords(
  reloaded: Exclude<Reloaded, { readonly kind: 'same' }>,
): ReadonlyArray<{ text: string; level: 'info' | 'warn' | 'error' }> {
  if (reloaded.kind === 'kept') return [{ level: 'error', text: `The configuration stays as it was: ${reloaded.why}` }];
  const { keys, waiting } = reloaded;
  const taken = keys.filter((key) => !waiting.includes(key));
  return [
    ...(keys.length === 0 ? [{ level: 'info' as const, text: 'The configuration is in order again, and as it was.' }] : []),
    ...(taken.length === 0
      ? []
      : [{ level: 'info' as const, text: `The configuration was taken over: ${taken.join(', ')}. Runs under way keep theirs.` }]),
    ...(waiting.length === 0 ? [] : [{ level: 'warn' as const, text: `This holds after a restart: ${waiting.join(', ')}.` }]),
  ];
}
