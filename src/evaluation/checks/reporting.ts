import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeOptions, nodeTestReporter, preload } from './report-hooks.ts';

/** A fresh folder for the reports of one command; its name cannot be known beforehand. Gone when disposed. */
export interface Reporting extends AsyncDisposable {
  readonly directory: string;
  /** The environment with what makes the target's runners and linters report here. */
  environment(
    base: Readonly<Record<string, string>>,
    script: string,
    options?: { readonly nodeTest: boolean },
  ): Readonly<Record<string, string>>;
}

/** @param parent an existing folder outside the checkout. */
export async function openReporting(parent: string): Promise<Reporting> {
  const hooks = await mkdtemp(join(await realpath(parent), 'report-'));
  const directory = await mkdtemp(join(hooks, 'written-'));
  const preloadPath = join(hooks, 'preload.cjs');
  const reporterPath = join(hooks, 'reporter.mjs');
  await writeFile(preloadPath, preload(directory));
  await writeFile(reporterPath, nodeTestReporter(directory));
  return {
    directory,
    environment: (base, script, options = { nodeTest: true }) => ({
      ...base,
      // Runners watch for changes or write new snapshots unless they believe that nobody looks.
      CI: base['CI'] ?? 'true',
      NODE_OPTIONS: nodeOptions({
        existing: base['NODE_OPTIONS'],
        script,
        preloadPath,
        reporterUrl: pathToFileURL(reporterPath).href,
        unusedPath: join(hooks, 'unused'),
        nodeTest: options.nodeTest,
      }),
    }),
    [Symbol.asyncDispose]: () => rm(hooks, { recursive: true, force: true }),
  };
}
