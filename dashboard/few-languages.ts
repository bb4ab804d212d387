import type { Plugin } from 'vite';
import { languages } from './src/pages/diff/languages.ts';

/** What colours diffs brings hundreds of grammars and themes and another engine in WebAssembly, none of which is ever asked for. */
const neverAsked = ['shiki/wasm', 'shiki/engine/oniguruma', '@pierre/theming/themes', '@pierre/highlights/themes/loader'];

/** Puts only {@link languages} into what is built. */
export function fewLanguages(): Plugin {
  const few = '\0few-languages';
  const nothing = '\0nothing';
  return {
    name: 'miyabi-few-languages',
    enforce: 'pre',
    resolveId(id) {
      if (id === 'shiki/langs') return few;
      return neverAsked.includes(id) || id.endsWith('/backends/highlights.js') ? nothing : undefined;
    },
    load(id) {
      if (id === nothing) return 'export {};';
      if (id !== few) return undefined;
      return `export const bundledLanguages = {${languages.map((name) => `${name}: () => import('@shikijs/langs/${name}')`).join(',')}};`;
    },
  };
}
