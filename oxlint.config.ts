import { defineConfig } from 'oxlint';
import { folderRules } from './scripts/support/folder-rules.ts';

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true, denyWarnings: true },
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'import/no-cycle': ['error', { ignoreTypes: true }],
    'node/no-process-env': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    // Branded types and decoded records are made by assertion, in the one place that checked them.
    'typescript/no-unsafe-type-assertion': 'off',
    // `=== true` on something that may be absent reads better than a double negation.
    'typescript/no-unnecessary-boolean-literal-compare': 'off',
    // The compiler's noImplicitReturns knows exhaustive switches and this rule does not.
    'typescript/consistent-return': 'off',
    // An assertion on decoded data says what it is, even where anything would be taken.
    'typescript/no-unnecessary-type-assertion': 'off',
    'promise/always-return': 'off',
    // About browsers, naming and taste, or blind to closures and to assertions in helpers.
    'unicorn/require-post-message-target-origin': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'import/no-named-as-default-member': 'off',
    'eslint/no-underscore-dangle': 'off',
    'eslint/no-unmodified-loop-condition': 'off',
    'vitest/expect-expect': 'off',
    'unicorn/no-array-sort': 'off',
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/require-to-throw-message': 'off',
    'vitest/no-standalone-expect': ['error', { additionalTestBlockFunctions: ['inBrowser'] }],
  },
  overrides: [
    ...folderRules(),
    {
      files: ['dashboard/src/**', 'docs/.vitepress/theme/**'],
      rules: { 'import/no-unassigned-import': ['error', { allow: ['**/*.css'] }] },
    },
    { files: ['test/browser/support/in-browser.ts'], rules: { 'vitest/valid-title': 'off' } },
    {
      files: ['src/app.ts', 'src/main.ts', 'bin/**', 'deploy/**', 'scripts/**', 'bench/**', 'test/**', '**/*.test.ts'],
      rules: { 'node/no-process-env': 'off' },
    },
  ],
});
