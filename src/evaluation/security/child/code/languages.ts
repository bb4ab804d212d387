import type { writings } from './only-code.ts';

export type TextLanguage = keyof typeof writings;

/** How a file is looked at: as a tree, by patterns on its text without comments, or not, because it holds no code or nobody here knows it. */
export type Language =
  | { readonly kind: 'tree'; readonly grammar: 'TypeScript' | 'Tsx' | 'JavaScript' }
  /** Code of JavaScript stands in its script elements. */
  | { readonly kind: 'markup' }
  | { readonly kind: 'text'; readonly language: TextLanguage }
  | { readonly kind: 'no-code' }
  | { readonly kind: 'unknown'; readonly ending: string };

const trees: Readonly<Record<string, 'TypeScript' | 'Tsx' | 'JavaScript'>> = {
  js: 'JavaScript',
  mjs: 'JavaScript',
  cjs: 'JavaScript',
  jsx: 'JavaScript',
  ts: 'TypeScript',
  mts: 'TypeScript',
  cts: 'TypeScript',
  tsx: 'Tsx',
};

const texts: Readonly<Record<string, TextLanguage>> = {
  py: 'python',
  pyi: 'python',
  pyw: 'python',
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  go: 'go',
  java: 'java',
  kt: 'java',
  kts: 'java',
  gradle: 'java',
  rs: 'rust',
  cs: 'csharp',
  rb: 'ruby',
  php: 'php',
};

const markup = new Set(['html', 'htm', 'vue', 'svelte', 'astro']);

const noCode = new Set(
  'md mdx txt rst adoc json jsonc json5 jsonl yaml yml toml xml svg csv tsv lock css scss sass less png jpg jpeg gif ico webp pdf woff woff2 ttf map snap ini cfg conf properties env example po pot log patch diff mod sum sql graphql proto editorconfig gitignore gitattributes npmrc nvmrc prettierrc eslintrc'.split(
    ' ',
  ),
);

/** Files without an ending that are known by their name. */
const named: Readonly<Record<string, Language>> = {
  Makefile: { kind: 'text', language: 'shell' },
  Dockerfile: { kind: 'text', language: 'shell' },
  Containerfile: { kind: 'text', language: 'shell' },
  Rakefile: { kind: 'text', language: 'ruby' },
  Gemfile: { kind: 'text', language: 'ruby' },
};

/** By the name of a file, else by its first line. */
export function languageOf(path: string, text: string): Language {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (Object.hasOwn(named, name)) return named[name]!;
  const dot = name.lastIndexOf('.');
  if (dot === -1) return ofFirstLine(text);
  const ending = name.slice(dot + 1).toLowerCase();
  if (Object.hasOwn(trees, ending)) return { kind: 'tree', grammar: trees[ending]! };
  if (Object.hasOwn(texts, ending)) return { kind: 'text', language: texts[ending]! };
  if (markup.has(ending)) return { kind: 'markup' };
  if (noCode.has(ending) || name.startsWith('.')) return { kind: 'no-code' };
  return { kind: 'unknown', ending: `.${ending.slice(0, 20)}` };
}

/** A program names what runs it; a file that names nothing is for people. */
function ofFirstLine(text: string): Language {
  const [, program] = /^#![^\n]{0,80}?\b(node|deno|bun|python|bash|dash|zsh|sh|ruby|php)[\d.]*(?:\s|$)/.exec(text) ?? [];
  switch (program) {
    case undefined:
      return text.startsWith('#!') ? { kind: 'unknown', ending: 'an unknown program' } : { kind: 'no-code' };
    case 'node':
    case 'deno':
    case 'bun':
      return { kind: 'tree', grammar: program === 'node' ? 'JavaScript' : 'TypeScript' };
    case 'python':
    case 'ruby':
    case 'php':
      return { kind: 'text', language: program };
    default:
      return { kind: 'text', language: 'shell' };
  }
}

/** Only what stands in script elements and their like; everything else is blank, so that places stay. */
export function scriptsOf(text: string): string {
  const parts: string[] = [];
  let last = 0;
  for (const match of text.matchAll(/<script\b[^>]{0,500}>/gi)) {
    const start = match.index + match[0].length;
    if (start < last) continue;
    const end = text.slice(start).search(/<\/script/i);
    parts.push(text.slice(last, start).replaceAll(/[^\n]/g, ' '));
    last = end === -1 ? text.length : start + end;
    parts.push(text.slice(start, last));
  }
  parts.push(text.slice(last).replaceAll(/[^\n]/g, ' '));
  return parts.join('');
}
