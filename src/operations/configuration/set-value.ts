import { shownDatabaseAddress } from '../../domain/database-address.ts';
import type { ConfigPlace } from '../../domain/config-place.ts';
import { placeInConfig, valueWithin } from '../../domain/config-place.ts';
import { Failure } from '../../domain/failure.ts';
import { redactor } from '../../domain/redact.ts';
import type { ConfigLayer } from '../../domain/resolve-config.ts';
import { checkValue, resolveConfig, valueFromText } from '../../domain/resolve-config.ts';
import type { ConfigurationFiles } from '../../ports/configuration-files.ts';
import { parseConfiguration } from '../repository-configuration.ts';
import { editText } from './edit-text.ts';

/** A file of configuration that is to be changed. */
export interface WrittenFile {
  readonly path: string;
  /** Whose it is: a repository may not set everything. */
  readonly source: 'user' | 'repository';
  /** The other sources, which hold beside it. */
  readonly beside: readonly ConfigLayer[];
}

/** What became of it. */
export interface WrittenValue {
  readonly key: string;
  readonly path: string;
  /** Absent where nothing stood there, or stands there now. */
  readonly before?: unknown;
  readonly value?: unknown;
  /** False where it was so already, and nothing was written. */
  readonly isChanged: boolean;
}

/**
 * Puts one value into a file of configuration, or takes it out, after the whole file was read as it will be.
 *
 * @param text as a person writes the value in a line; `undefined` takes it out.
 * @throws Failure: usage for an unknown key or a secret, configuration for a value or a whole that does not hold. Nothing is written then.
 */
export async function setValue(
  files: ConfigurationFiles,
  file: WrittenFile,
  name: string,
  text: string | undefined,
): Promise<WrittenValue> {
  const place = placeInConfig(name);
  if (text !== undefined) refuseSecret(place, text);
  if (file.path.endsWith('.ts')) throw writtenInTypeScript(file.path, place, text);
  const path = [...place.key.path.split('.'), ...place.within];
  const value = text === undefined ? undefined : valueFromText(place.within.length === 0 ? place.key : { list: false }, text);
  let was: unknown;
  let isChanged = false;
  await files.change(file.path, file.source === 'user' ? 0o600 : 0o644, async (before = '') => {
    was = valueWithin(before === '' ? undefined : await parseConfiguration(file.path, before), path);
    isChanged = JSON.stringify(was) !== JSON.stringify(value);
    if (!isChanged) return undefined;
    const after = editText(file.path, before, { path, value });
    await refuseWhatDoesNotHold(file, place, after);
    return after;
  });
  const known = { key: name, path: file.path, ...(was === undefined ? {} : { before: was }), ...(value === undefined ? {} : { value }) };
  return { ...known, isChanged };
}

/** Also where another source stands over the value now: it is to hold when that is gone. */
async function refuseWhatDoesNotHold({ path, source, beside }: WrittenFile, { key }: ConfigPlace, text: string): Promise<void> {
  const values = text === '' ? {} : await parseConfiguration(path, text);
  const layer: ConfigLayer = { source, origin: path, values: values ?? {} };
  const value = valueWithin(layer.values, key.path.split('.'));
  if (value !== undefined) checkValue(layer, key, value);
  if (source === 'user') resolveConfig([layer]);
  resolveConfig([...beside, layer]);
}

/** Files of configuration are copied, shown and committed. */
function refuseSecret({ key, within }: ConfigPlace, text: string): void {
  const holdsPassword = key.holdsPassword && shownDatabaseAddress(text) !== text;
  if (!holdsPassword && redactor([])(text).removed === 0) return;
  const name = [key.path, ...within].join('.');
  throw new Failure('usage', {
    what: `What ${name} is to be holds a secret, and is not written.`,
    why: 'Files of configuration are copied, shown and committed; secrets stay out of them.',
    fix: holdsPassword
      ? `Leave the password out and give it as PGPASSWORD, or the whole address as ${key.variable}.`
      : 'Put it into an environment variable; where the configuration needs it, a key such as `forge.github.tokenVariable` names that variable.',
  });
}

function writtenInTypeScript(path: string, { key, within }: ConfigPlace, text: string | undefined): Failure {
  const names = [...key.path.split('.'), ...within];
  const value = text === undefined ? undefined : valueFromText(within.length === 0 ? key : { list: false }, text);
  const line = names.reduceRight((inner, name) => `{ ${name}: ${inner} }`, JSON.stringify(value) ?? 'undefined');
  return new Failure('configuration', {
    what: `${path} is a program, and is not changed by one.`,
    why: 'What it exports may be made from anything.',
    fix: text === undefined ? `Take ${names.join('.')} out there by hand.` : `Write it there by hand: ${line.slice(2, -2)}`,
  });
}
