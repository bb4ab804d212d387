/** For the environment of programs of ours that a test starts from their sources: they load what others have compiled. */
export const compileCache: Readonly<Record<string, string>> = (() => {
  const folder = process.env['NODE_COMPILE_CACHE'];
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
})();
