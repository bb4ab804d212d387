import type { Channel } from '../../domain/config-notify.ts';
import { Failure } from '../../domain/failure.ts';
import type { Notifier } from '../../ports/notifier.ts';
import { systemResolve } from '../network/destination.ts';
import type { DesktopSettings } from './desktop.ts';
import { desktopNotifier } from './desktop.ts';
import { mailNotifier } from './mail.ts';
import { hookAddress } from './post.ts';
import { slackNotifier } from './slack.ts';
import { webhookNotifier } from './webhook.ts';

/**
 * The way to tell people that is configured under a name.
 *
 * @throws Failure (configuration) for a secret that is not there, or an address that cannot be used.
 */
export function openNotifier(name: string, channel: Channel, settings: DesktopSettings): Notifier {
  const secret = (variable: string): string => {
    const value = settings.environment[variable];
    if (value !== undefined && value !== '') return value;
    throw new Failure('configuration', {
      what: `The channel ${name} cannot be used.`,
      why: `The variable ${variable} is not set.`,
      fix: `Set ${variable}, or take notify.channels.${name} out of your configuration.`,
    });
  };
  const target = (variable: string, isPrivate: boolean) => ({
    url: hookAddress(secret(variable), variable, isPrivate),
    isPrivate,
    resolve: systemResolve,
  });
  switch (channel.kind) {
    case 'slack':
      return slackNotifier(name, target(channel.urlVariable, channel.private));
    case 'webhook':
      return webhookNotifier(
        name,
        target(channel.urlVariable, channel.private),
        channel.secretVariable === undefined ? undefined : secret(channel.secretVariable),
      );
    case 'mail':
      return mailNotifier(name, {
        server: secret(channel.serverVariable),
        variable: channel.serverVariable,
        sender: channel.sender,
        to: channel.to,
        isPrivate: channel.private,
      });
    case 'desktop':
      return desktopNotifier(name, settings);
  }
}
