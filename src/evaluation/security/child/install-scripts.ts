import type { Found } from './found.ts';

/** Scripts of a project that package managers run when they install it or prepare it for others. */
const installing = new Set([
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'prepublishOnly',
  'preprepare',
  'prepare',
  'postprepare',
  'prepack',
  'postpack',
  'dependencies',
]);

/** What of a project's own runs while it is installed: one for each such script, with its command. */
export function installScriptsOf(path: string, text: string): readonly Found[] {
  if (/(?:^|\/)binding\.gyp$/.test(path))
    return [{ rule: 'install-script', index: 0, snippet: text, detail: 'npm builds what binding.gyp describes when it installs.' }];
  if (!/(?:^|\/)package\.json$/.test(path)) return [];
  const scripts = scriptsIn(text);
  return Object.entries(scripts).flatMap(([name, command]) => {
    if (!installing.has(name) || typeof command !== 'string') return [];
    const index = Math.max(0, text.indexOf(`"${name}"`));
    return [
      {
        rule: 'install-script' as const,
        index,
        snippet: `${name}: ${command}`,
        detail: `The script \`${name}\` runs when the project is installed or packed.`,
      },
    ];
  });
}

function scriptsIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const manifest: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const scripts = typeof manifest === 'object' && manifest !== null && 'scripts' in manifest ? manifest.scripts : undefined;
    return typeof scripts === 'object' && scripts !== null ? (scripts as Readonly<Record<string, unknown>>) : {};
  } catch {
    // A manifest that is no JSON starts nothing: no package manager reads it.
    return {};
  }
}
