import type { MarkdownRenderer } from 'vitepress';

/** Comments for whoever reads the file are not shown, although no other HTML is taken for HTML. */
export function hiddenComments(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('hidden-comments', (state) => {
    const comments = state.tokens.flatMap((token, at) => (token.type === 'inline' && isComment(token.content) ? [at - 1, at, at + 1] : []));
    state.tokens = state.tokens.filter((_, at) => !comments.includes(at));
  });
}

function isComment(text: string): boolean {
  return text.startsWith('<!--') && text.endsWith('-->');
}
