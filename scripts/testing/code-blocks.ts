/** The TypeScript of a page that stands on its own: it begins with a comment that names it, or with an import. */
export function programs(markdown: string): readonly string[] {
  return blocks(markdown).filter(isProgram);
}

/** The rest of its TypeScript. */
export function fragments(markdown: string): readonly string[] {
  return blocks(markdown).filter((text) => !isProgram(text));
}

function blocks(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);
}

function isProgram(text: string): boolean {
  return /^import /m.test(text);
}

/** The shell of a page, in its order: what stands in fences of `sh`. */
export function shellBlocks(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text);
}
