import type { Command } from 'commander';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

const forgeExamples = `
Examples:
  miyabi forge init ~/forge --repo ada/shop --from ./shop       the code of ./shop, with a place for issues and pull requests
  miyabi forge issue ~/forge ada/shop "Total is wrong for 0 items"
  miyabi forge issue ~/forge ada/shop ISSUE.md --label miyabi

A local forge is a folder: a bare git repository, and Markdown files for issues, comments and pull requests that you read and write with your
editor. With it everything that Miyabi does with GitHub can be done without. Name it in your own configuration:
  forge: { local: { home: /home/ada/forge } }
Then \`miyabi run home:ada/shop#1\` carries an issue to a merged pull request, and \`miyabi serve\` every issue with the label.`;

/** `forge init` and `forge issue`. */
export function addForge(program: Command, shell: Shell, done: Done): void {
  const forge = program
    .command('forge')
    .description('make a forge that is a folder, and write issues into it')
    .addHelpText('after', forgeExamples);
  forge
    .command('init')
    .description('make a repository in a forge that is a folder')
    .argument('<folder>', 'of the forge; made where it is absent')
    .requiredOption('--repo <owner/name>', 'what the repository is called there')
    .option('--from <repository>', 'a git repository whose checked-out branch it begins with (default: a README.md)')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', forgeExamples)
    .action(async (folder: string, options) =>
      done(await (await import('./forge.ts')).initForge(shell, folder, { ...program.opts(), ...options })),
    );
  forge
    .command('issue')
    .description('write an issue into a forge that is a folder')
    .argument('<folder>', 'of the forge')
    .argument('<owner/name>', 'the repository')
    .argument('<issue>', 'a Markdown file, or the text of the issue')
    .option('--label <label...>', 'put on it, such as the one that starts a run (forge.label)')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', forgeExamples)
    .action(async (folder: string, repository: string, issue: string, options) =>
      done(await (await import('./forge.ts')).writeForgeIssue(shell, { folder, repository, issue }, { ...program.opts(), ...options })),
    );
}
