import type { Lock, LockedPackage } from './locked.ts';
import { fieldsOf, textOf } from './records.ts';

/** go.mod: what is required, without what `replace` puts in its place. */
export function goMod(text: string): Lock {
  const packages: LockedPackage[] = [];
  let block = '';
  for (const line of text.split('\n')) {
    const code = line.replace(/\/\/.*$/, '').trim();
    const opened = /^(require|replace|exclude|retract)\s*\($/.exec(code)?.[1];
    if (opened !== undefined) block = opened;
    else if (code === ')') block = '';
    else {
      const words = code.split(/\s+/);
      const verb = block === '' ? words.shift() : block;
      const [name = '', version = ''] = words;
      if (verb === 'require' && /^v\d/.test(version))
        packages.push({ ecosystem: 'Go', name, version: version.replace(/^v/, ''), source: '' });
    }
  }
  return { packages, hasIntegrity: false };
}

/** Cargo.lock. */
export function cargoLock(text: string): Lock {
  return {
    hasIntegrity: true,
    packages: tomlPackages(text).flatMap((entry) => {
      const [name, version, source, integrity] = ['name', 'version', 'source', 'checksum'].map((field) => tomlText(entry, field));
      // Without a source it is one of the project's own.
      if (name === undefined || version === undefined || source === undefined) return [];
      return [{ ecosystem: 'crates.io' as const, name, version, source, ...(integrity === undefined ? {} : { integrity }) }];
    }),
  };
}

/** poetry.lock and uv.lock. */
export function pythonLock(text: string): Lock {
  return {
    hasIntegrity: false,
    packages: tomlPackages(text).flatMap((entry) => {
      const [name, version] = ['name', 'version'].map((field) => tomlText(entry, field));
      if (name === undefined || version === undefined || /^source\s*=\s*\{\s*(?:virtual|editable|workspace)/m.test(entry)) return [];
      const elsewhere = /^source\s*=\s*\{\s*(git|url|path|directory)\s*=\s*"([^"\n]{1,500})"/m.exec(entry);
      const poetry = /^type\s*=\s*"(git|url|file|directory)"\s*$[^]{0,200}?^url\s*=\s*"([^"\n]{1,500})"/m.exec(entry);
      return [{ ecosystem: 'PyPI' as const, name, version, source: sourceIn(elsewhere ?? poetry) }];
    }),
  };
}

function sourceIn(match: RegExpExecArray | null): string {
  const [, kind = '', place = ''] = match ?? [];
  if (kind === 'git') return place.startsWith('git') ? place : `git+${place}`;
  return kind === '' || kind === 'url' ? place : `file:${place}`;
}

/** requirements.txt: pinned versions, and what comes from elsewhere. */
export function requirements(text: string): Lock {
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split('\n');
  const packages = lines.flatMap((line): readonly LockedPackage[] => {
    const code = line.replace(/(?:^|\s)#.*$/, '').trim();
    const [, name, version] = /^([A-Za-z\d][\w.-]{0,100})(?:\[[^\]]{0,200}\])?\s*={2,3}\s*([\w.!+-]{1,60})/.exec(code) ?? [];
    if (name !== undefined && version !== undefined) return [{ ecosystem: 'PyPI', name: pythonName(name), version, source: '' }];
    const [, given = '', address = ''] =
      /^(?:-e\s+|--editable[= ]\s*)?(?:([\w.-]{1,100})(?:\[[^\]]{0,200}\])?\s*@\s*)?((?:git\+|https?:|file:)\S{1,500})$/.exec(code) ?? [];
    return address === '' ? [] : [{ ecosystem: 'PyPI', name: given === '' ? address : pythonName(given), version: '', source: address }];
  });
  return { packages, hasIntegrity: false };
}

/** Pipfile.lock. */
export function pipfileLock(lock: unknown): Lock {
  const sections = ['default', 'develop'].map((name) => fieldsOf(fieldsOf(lock)[name]));
  const packages = sections.flatMap((section) =>
    Object.entries(section).map(([name, value]): LockedPackage => {
      const entry = fieldsOf(value);
      const git = textOf(entry['git']);
      return {
        ecosystem: 'PyPI',
        name: pythonName(name),
        version: (textOf(entry['version']) ?? '').replace(/^=+/, ''),
        source: git === undefined ? (textOf(entry['file']) ?? '') : `git+${git}`,
      };
    }),
  );
  return { packages, hasIntegrity: false };
}

/** Dependencies of a pom.xml with a version of their own, which may be a property of the same file. */
export function pomXml(text: string): Lock {
  const source = withoutComments(text);
  const properties = new Map(
    [...source.matchAll(/<([\w.-]{1,100})>([^<>$]{1,100})<\/\1>/g)].map(([, name = '', value = '']) => [name, value.trim()]),
  );
  const packages = [...source.matchAll(/<(?:dependency|plugin|parent)>([^]{1,3000}?)<\/(?:dependency|plugin|parent)>/g)].flatMap(
    ([, entry = '']) => {
      const [group, artifact, written] = ['groupId', 'artifactId', 'version'].map(
        (field) => new RegExp(`<${field}>\\s*([^<>\\s]{1,200})\\s*<`).exec(entry)?.[1],
      );
      const version = written?.replaceAll(/\$\{([\w.-]{1,100})\}/g, (whole, name: string) => properties.get(name) ?? whole);
      if (group === undefined || artifact === undefined || version === undefined || version.includes('${')) return [];
      return [{ ecosystem: 'Maven' as const, name: `${group}:${artifact}`, version, source: '' }];
    },
  );
  return { packages, hasIntegrity: false };
}

/** A comment that does not end takes the rest with it. */
function withoutComments(text: string): string {
  return text
    .split('<!--')
    .map((part, at) => (at === 0 ? part : part.includes('-->') ? part.slice(part.indexOf('-->') + 3) : ''))
    .join('');
}

/** The tables `[[package]]` of a file that a package manager wrote in TOML, each with what belongs to it. */
function tomlPackages(text: string): readonly string[] {
  return text
    .split(/^\[\[/m)
    .filter((part) => part.startsWith('package]]'))
    .map((part) => part.slice(9));
}

/** A text among the fields of the table itself, which come before its inner tables. */
function tomlText(entry: string, field: string): string | undefined {
  const own = entry.split(/^\[/m, 1)[0] ?? '';
  return new RegExp(`^${field}\\s*=\\s*"([^"\\n]{1,500})"\\s*$`, 'm').exec(own)?.[1];
}

/** As PyPI compares them. */
function pythonName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
