/** What `node:child_process` is called in a file: the module, and what is taken from it. */
export function processNames(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, list = ''] of text.matchAll(
    /(?:import|const|let|var)\s+([^;=()]{1,300}?)\s*(?:from\s*|=\s*(?:await\s+import|require)\s*\(\s*)["'](?:node:child_process|child_process|execa)["']/g,
  )) {
    for (const [name] of list.replaceAll(/\b(?:import|type|default)\b/g, '').matchAll(/[\w$]+/g)) names.add(name);
  }
  // promisify(exec) and the like.
  for (const [, alias = '', of = ''] of text.matchAll(
    /(?:const|let|var)\s+([\w$]{1,60})\s*=\s*(?:[\w$]{1,30}\.)?promisify\(\s*([\w$.]{1,60})\s*\)/g,
  )) {
    if (names.has(of) || names.has(of.split('.')[0] ?? '')) names.add(alias);
  }
  return names;
}
