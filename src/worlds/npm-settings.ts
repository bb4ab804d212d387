/** A line of an .npmrc; `key=` and a lone `key` have the values that npm gives them. */
interface NpmSetting {
  /** Without the `[]` of a list. */
  readonly key: string;
  readonly line: string;
  readonly value: string;
}

/** The lines of an .npmrc: `key = value`, comments with ; or #. */
function settingsIn(text: string): readonly NpmSetting[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[;#[]/.test(line))
    .map((line) => {
      const [name = '', ...rest] = line.split('=');
      const value = rest.join('=').trim();
      return { key: name.trim().replace(/\[\]$/, ''), line, value: value.replace(/^(["'])(.*)\1$/, '$2') };
    });
}

/** Settings by which npm decides what it installs and how it lays it out: none of them starts a program or names an address. */
const ofLayout = new Set(['legacy-peer-deps', 'strict-peer-deps', 'engine-strict', 'omit', 'include', 'install-strategy']);

/** Settings that change nothing about what is installed here; nobody needs to hear of them. */
const ofNoEffect = new Set(['audit', 'fund', 'loglevel', 'progress', 'save-exact', 'save-prefix', 'update-notifier']);

export interface ProjectSettings {
  /** The text of an .npmrc with what may go on. */
  readonly kept: string;
  /** Keys alone, each once: a value may be a secret. */
  readonly leftOut: readonly string[];
}

/** Divides a project's .npmrc, which may send npm to another registry or name programs to start. */
export function projectSettings(text: string): ProjectSettings {
  const settings = settingsIn(text);
  const isKept = ({ key, value }: NpmSetting): boolean => ofLayout.has(key) && /^[\w-]*$/.test(value);
  return {
    kept: settings
      .filter(isKept)
      .map(({ line }) => `${line}\n`)
      .join(''),
    leftOut: [...new Set(settings.filter((setting) => !isKept(setting) && !ofNoEffect.has(setting.key)).map(({ key }) => key))],
  };
}

/**
 * What of the user's own .npmrc a world may have: where their registries are, and how they are reached. Neither credentials nor
 * anything that refers to the user's environment.
 */
export function registryAddresses(text: string): string {
  return settingsIn(text)
    .filter(({ key }) => /^(?:@[\w.-]+:registry|registry|cafile|proxy|https-proxy|noproxy|strict-ssl)$/.test(key))
    .filter(({ value }) => !value.includes('${') && !/^[a-z]+:\/\/[^/]*@/i.test(value))
    .map(({ line }) => `${line}\n`)
    .join('');
}

/** The registry that an .npmrc names for packages of no scope; the last one counts. */
export function registryIn(text: string): URL | undefined {
  const value = settingsIn(text).findLast(({ key }) => key === 'registry')?.value ?? '';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && ['https:', 'http:'].includes(url.protocol) ? url : undefined;
}
