import { openNotifier } from './adapters/notify/open-notifiers.ts';
import type { Config } from './domain/config.ts';
import { Failure } from './domain/failure.ts';
import type { Notifier } from './ports/notifier.ts';
import type { ProcessRunner } from './ports/process.ts';
import type { Host } from './workflow/tools.ts';

/** The way to tell people that has this name; a part of `app.ts`. @throws Failure (configuration) where there is none, or it cannot be used. */
export function openConfigured(name: string, { channels }: Config['notify'], process: ProcessRunner, host: Host): Notifier {
  const channel = channels[name];
  if (channel !== undefined) return openNotifier(name, channel, { process, platform: host.platform, environment: host.environment });
  throw new Failure('configuration', {
    what: `There is no channel ${name} any more.`,
    why: 'It was taken out of the configuration after a notice was meant for it.',
    fix: `Put notify.channels.${name} back, or leave it: nothing else depends on it.`,
  });
}
