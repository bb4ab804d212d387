import { prepareDemo } from '../operations/demo.ts';
import { run } from './run.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface DemoOptions extends GlobalOptions {
  readonly list?: boolean;
  readonly worlds?: number;
  readonly json?: boolean;
}

const firstExample = 'parcel-rates';

/** `miyabi demo [example]`: the main job on a project that comes with Miyabi. */
export async function demo(shell: Shell, example: string | undefined, options: DemoOptions): Promise<number> {
  const { directory, issueFile } = await (async () => {
    await using app = await shell.open(options);
    if (options.list === true) {
      const names = await app.tools.examples.names();
      if (options.json === true) shell.out(`${JSON.stringify({ type: 'examples', schemaVersion: 1, examples: names })}\n`);
      else for (const name of names) shell.out(`${name}\n`);
      return { directory: undefined, issueFile: undefined };
    }
    return await prepareDemo(app.tools, example ?? firstExample);
  })();
  if (directory === undefined) return 0;
  shell.err(`The example ${example ?? firstExample}, whose tests fail, lies in ${directory}\n`);
  const code = await run(shell, issueFile, { ...options, repo: directory });
  if (code === 0 && options.json !== true) shell.out(`The repaired project: cd ${directory}\n`);
  return code;
}
