/** The command by which `deploy-target-program.ts` tells what serves: asked before and after every change, hence without a Node of its own. */
export function targetStatus(folder: string): string {
  return `cat '${folder}/state.json' 2>/dev/null || echo '{"serving":null,"fence":0}'`;
}
