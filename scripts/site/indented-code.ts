import type { MarkdownRenderer } from 'vitepress';

/** Code that is indented is shown like code in a fence: as it stands, with a button that copies it. */
export function indentedCode(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('indented-code', ({ tokens }) => {
    for (const token of tokens) {
      if (token.type !== 'code_block') continue;
      token.type = 'fence';
      token.info = 'text';
    }
  });
}
