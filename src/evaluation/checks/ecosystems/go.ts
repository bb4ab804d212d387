import type { CheckCommand } from '../../../domain/checks.ts';
import type { ProjectReader } from '../project-reader.ts';
import { parseGoTest } from '../reports/go-test.ts';
import { parseLocatedLines } from '../reports/located-lines.ts';
import { commandOf, type Detected, type EcosystemEntry } from './ecosystem.ts';

/** Go modules. What go writes (its caches, modules) lies in the HOME by itself. */
export const go: EcosystemEntry = {
  name: 'go',
  marks: ['go.mod'],
  runners: [
    {
      runner: 'go',
      called: /\bgo\s+test\b/,
      name: 'go',
      arguments: () => ['-json'],
      printed: true,
      parse: parseGoTest,
    },
  ],
  linters: [
    { called: /\bgo vet\b/, parse: (_, stderr) => parseLocatedLines(stderr, 'vet') },
    { called: /\bgolangci-lint\b/, parse: (stdout) => parseLocatedLines(stdout, 'golangci-lint') },
  ],
  async detect(reader) {
    return (await reader.exists('go.mod')) ? await detected(reader) : undefined;
  },
};

async function detected(reader: ProjectReader): Promise<Detected> {
  const files = await reader.list();
  const isVendored = await reader.exists('vendor/modules.txt');
  const install = !isVendored && (await reader.exists('go.sum')) ? commandOf(['go', 'mod', 'download']) : undefined;
  const hasTests = files.some((path) => path.endsWith('_test.go') && !path.startsWith('vendor/'));
  const lint =
    (await reader.exists('.golangci.yml')) || (await reader.exists('.golangci.yaml')) ? ['golangci-lint', 'run'] : ['go', 'vet', './...'];
  const format = formatOf(files);
  return {
    ...(install === undefined ? {} : { install }),
    build: commandOf(['go', 'build', './...']),
    // Results that were kept say nothing about this run.
    ...(hasTests ? { test: { ...commandOf(['go', 'test', '-count=1', './...']), runner: 'go' } } : {}),
    lint: commandOf(lint),
    ...(format === undefined ? {} : { format }),
    reasons: [
      ...(install === undefined ? [`No install: ${isVendored ? 'its modules are in vendor' : 'there is no go.sum'}.`] : []),
      'No type check: the build of Go is one.',
      ...(hasTests ? [] : ['No tests: there is no file called *_test.go.']),
      ...(format === undefined ? ['No format check: there is no Go outside of folders that the go command leaves out.'] : []),
    ],
  };
}

/** gofmt itself knows nothing of folders that the go command leaves out. */
function formatOf(files: readonly string[]): CheckCommand | undefined {
  const left = /^(?:vendor|testdata|_[^/]*|\.[^/]*)$/;
  const tops = files.filter((path) => path.endsWith('.go')).map((path) => path.split('/')[0] ?? '');
  const kept = [...new Set(tops)].filter((top) => !left.test(top) && !top.startsWith('-')).toSorted();
  return kept.length === 0 ? undefined : commandOf(['gofmt', '-l', ...kept]);
}
