import { basename, dirname } from 'node:path';
import type { ProjectReader } from '../project-reader.ts';
import { parseTrx } from '../reports/trx.ts';
import { commandOf, type Detected, type EcosystemEntry } from './ecosystem.ts';

const mark = /^[^/]+\.(?:slnx?|[cfv]bproj|[cf]sproj)$/;

/** Solutions and projects of .NET, by the file of one at the top. */
export const dotnet: EcosystemEntry = {
  name: 'dotnet',
  marks: ['*.sln', '*.slnx', '*.csproj', '*.fsproj'],
  runners: [
    {
      runner: 'dotnet',
      called: /\bdotnet\s+test\b/,
      name: 'dotnet',
      // This logger is part of .NET; it adds the framework and the time to the prefix, so that projects of a solution do not meet.
      arguments: (file) => ['--results-directory', dirname(file), '--logger', `trx;LogFilePrefix=${basename(file)}`],
      parse: parseTrx,
    },
  ],
  environment: (base) => {
    const home = base['HOME'] ?? '/nonexistent';
    return {
      DOTNET_CLI_HOME: home,
      NUGET_PACKAGES: `${home}/.nuget/packages`,
      DOTNET_CLI_TELEMETRY_OPTOUT: '1',
      DOTNET_NOLOGO: '1',
      // Servers that would stay behind.
      MSBUILDDISABLENODEREUSE: '1',
      DOTNET_CLI_USE_MSBUILD_SERVER: '0',
    };
  },
  async detect(reader) {
    const files = await reader.list();
    return files.some((path) => mark.test(path)) ? await detected(reader, files) : undefined;
  },
};

async function detected(reader: ProjectReader, files: readonly string[]): Promise<Detected> {
  const projects = files.filter((path) => /\.[cf]sproj$/.test(path)).slice(0, 200);
  const texts = await Promise.all(projects.map(async (path) => (await reader.readFile(path)) ?? ''));
  const hasTests = texts.some((text) => /Microsoft\.NET\.Test\.Sdk|<IsTestProject>\s*true/i.test(text));
  const isFormatted = await reader.exists('.editorconfig');
  return {
    install: commandOf(['dotnet', 'restore']),
    build: commandOf(['dotnet', 'build', '--no-restore']),
    ...(hasTests ? { test: { ...commandOf(['dotnet', 'test', '--no-restore']), runner: 'dotnet' } } : {}),
    ...(isFormatted ? { format: commandOf(['dotnet', 'format', '--verify-no-changes', '--no-restore']) } : {}),
    reasons: [
      'No type check: the build of .NET is one.',
      ...(hasTests ? [] : ['No tests: no project with Microsoft.NET.Test.Sdk was found.']),
      'No linter: those of .NET are part of its build.',
      ...(isFormatted ? [] : ['No format check: there is no .editorconfig.']),
    ],
  };
}
