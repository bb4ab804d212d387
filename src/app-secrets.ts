import { findKey } from './adapters/models/keys.ts';
import type { Config } from './domain/config.ts';
import { deploySecretVariables } from './domain/deploy-secrets.ts';
import { secretsInOtlpHeaders } from './domain/otlp-headers.ts';
import { knownProviders } from './domain/providers.ts';
import type { Redact } from './domain/redact.ts';
import { partsOfSecret, redactor, secretsIn } from './domain/redact.ts';
import type { MatchSecrets } from './domain/secret-matcher.ts';
import { secretMatcher } from './domain/secret-matcher.ts';

type OwnSecretsConfig = Pick<Config, 'models' | 'database' | 'remotes' | 'forge' | 'deploy' | 'telemetry'>;

/**
 * Takes our own secrets out of texts: what the environment names so, and the keys of the providers, wherever they lie; a part of `app.ts`. They
 * are read when it is first asked for: most commands never ask.
 */
export function ownRedactor(config: OwnSecretsConfig, environment: Readonly<Record<string, string | undefined>>): Redact {
  let redact: Redact | undefined;
  return (text) => (redact ??= redactor(ownSecrets(config, environment).flatMap((secret) => [secret, ...partsOfSecret(secret)])))(text);
}

/** Where our own secrets stand in a text; read when it is first asked for, too. */
export function ownSecretFinder(config: OwnSecretsConfig, environment: Readonly<Record<string, string | undefined>>): MatchSecrets {
  let find: MatchSecrets | undefined;
  return (text) => (find ??= secretMatcher(ownSecrets(config, environment)))(text);
}

function ownSecrets(
  { models, database, remotes, forge, deploy, telemetry }: OwnSecretsConfig,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const keys = [...knownProviders(models).values()].map((provider) => findKey(provider, environment));
  const password = database.url === undefined ? '' : decodeURIComponent(new URL(database.url).password);
  const variables = [
    ...Object.values(remotes.hosts).map(({ tokenVariable = '' }) => tokenVariable),
    forge.github.tokenVariable,
    forge.github.webhookSecretVariable,
    ...deploySecretVariables(deploy),
  ];
  const tokens = variables.flatMap((variable) => environment[variable] ?? []);
  return [
    ...secretsIn(environment),
    ...[password, ...tokens].filter((secret) => secret !== ''),
    ...secretsInOtlpHeaders(environment[telemetry.otlp.headersVariable] ?? ''),
    ...keys.flatMap((found) => (found.kind === 'present' ? [found.key] : [])),
  ];
}
