import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';
import { apiOperations } from '../src/domain/api/operations.ts';
import { fewLanguages } from './few-languages.ts';

/**
 * The method and the path of every operation as `virtual:operations`: their schemas type what is asked and answered, and are not needed in a browser
 * that is served by the very same package.
 */
function operations(): Plugin {
  const name = 'virtual:operations';
  const table = Object.fromEntries(apiOperations.map(({ id, method, path }) => [id, [method.toUpperCase(), path]]));
  return {
    name: 'miyabi-operations',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? `export const operations = ${JSON.stringify(table)};` : undefined),
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [operations(), fewLanguages(), react(), tailwindcss()],
  worker: { format: 'es', plugins: () => [fewLanguages()] },
  build: {
    outDir: fileURLToPath(new URL('../dist/dashboard', import.meta.url)),
    emptyOutDir: true,
    target: 'es2024',
    // An inlined file would be an address that the rules of the page do not let it load.
    assetsInlineLimit: 0,
    // Browsers that know the rest of what is written here know it themselves.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Their licences want to be told to whoever is given the libraries.
    license: { fileName: 'licenses.json' },
    rolldownOptions: {
      // What every page needs comes in one piece, which packs better than many.
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'frame',
              test: /node_modules\/(?:react|react-dom|scheduler|@tanstack\/(?!react-virtual|virtual-core)[\w-]+|use-sync-external-store)\//,
            },
          ],
        },
      },
    },
    chunkSizeWarningLimit: 1_500,
  },
});
