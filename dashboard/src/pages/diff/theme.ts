import { registerCustomCSSVariableTheme } from '@pierre/diffs';
import type { CSSProperties } from 'react';

/** Under which the colours of the dashboard are known to what colours code. */
export const codeTheme = 'miyabi';

registerCustomCSSVariableTheme(codeTheme, {
  foreground: 'var(--ink)',
  background: 'var(--surface)',
  'token-comment': 'var(--muted)',
  'token-keyword': 'var(--accent)',
  'token-string': 'var(--good)',
  'token-string-expression': 'var(--good)',
  'token-constant': 'var(--info)',
  'token-function': 'var(--world-5)',
  'token-parameter': 'var(--ink)',
  'token-punctuation': 'var(--ink)',
  'token-link': 'var(--info)',
  'token-inserted': 'var(--good)',
  'token-deleted': 'var(--bad)',
});

/** Grounds and numbers of the lines, in the colours of both themes: every text on them keeps 4.5 : 1. */
export const diffColours = {
  '--diffs-addition-color-override': 'var(--good)',
  '--diffs-deletion-color-override': 'var(--bad)',
  '--diffs-modified-color-override': 'var(--info)',
  '--diffs-bg-addition-emphasis-override': 'color-mix(in srgb, var(--good) 10%, transparent)',
  '--diffs-bg-deletion-emphasis-override': 'color-mix(in srgb, var(--bad) 10%, transparent)',
  '--diffs-bg-selection-override': 'var(--surface)',
  '--diffs-fg-number-override': 'var(--muted)',
  '--diffs-bg-context-override': 'var(--surface)',
  '--diffs-bg-buffer-override': 'var(--sunken)',
  '--diffs-bg-separator-override': 'var(--sunken)',
  '--diffs-font-family': "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  '--diffs-font-size': '12.5px',
} as CSSProperties;

/**
 * Within the shadow of a file: the chosen line is seen by its edges, as another ground would take the contrast from its text,
 * and so would more green or red in the dark. Where lines are
 * wrapped the heads of hunks are cut off: they stand over the lines and not beside them, where nothing holds them to the width of the page.
 */
export const diffRules = `
  [data-selected-line] { box-shadow: inset 0 1px var(--accent), inset 0 -1px var(--accent); }
  [data-no-newline] span { opacity: 1; color: var(--muted); }
  [data-background] [data-line], [data-background] [data-no-newline] { --mix-dark: 88%; }
  [data-overflow='wrap'] [data-gutter] [data-separator-wrapper] { display: none; }
  [data-overflow='wrap'] [data-content] [data-separator-wrapper] { display: block; inset-inline: 0; min-width: 0; line-height: 32px; }
`;
