/** Whether `path` is `folder` or lies in it. Both absolute and normal. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}
