import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DefaultTheme } from 'vitepress';

/** The folder of the project, in which all pages lie. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

interface Group {
  readonly text: string;
  /** Files of the project. One that is not there is left out. */
  readonly pages: readonly string[];
}

/** The side bar, in the order in which somebody new would read. Every page of the site stands in it, decisions behind their list. */
export const groups: readonly Group[] = [
  {
    text: 'Begin',
    pages: inDocs('README', 'start', 'from-issue-to-merge', 'how-it-decides', 'when-not-to-use-it', 'comparison', 'terminal', 'dashboard'),
  },
  {
    text: 'What happens in a run',
    pages: inDocs('how-a-run-goes', 'worlds', 'agents', 'agents-tested', 'models', 'people', 'knowledge', 'error-handling'),
  },
  { text: 'What judges', pages: inDocs('checks', 'choosing', 'scoring') },
  { text: 'Security', pages: inDocs('security-model', 'isolation', 'integrity', 'security-analyses') },
  {
    text: 'With a forge',
    pages: inDocs('starting-from-a-forge', 'github', 'local-forge', 'pull-requests', 'github-action', 'other-agents'),
  },
  { text: 'Deploying', pages: inDocs('deploying', 'deploying-targets') },
  {
    text: 'Operating',
    pages: inDocs('operating', 'operating-service', 'metrics', 'logs', 'tracing', 'statistics', 'telling-people', 'upgrading', 'container'),
  },
  { text: 'Scaling', pages: inDocs('many-machines', 'moving-to-postgres', 'distributed-dispatch') },
  {
    text: 'Reference',
    pages: inDocs('commands', 'configuration', 'api', 'api-reference', 'database', 'schema', 'schemas/README', 'weaver'),
  },
  {
    text: 'Building on it',
    pages: [
      ...inDocs('architecture', 'add-an-agent', 'add-a-check', 'add-a-target'),
      'examples/README.md',
      'CONTRIBUTING.md',
      ...inDocs('decisions/README'),
      'CHANGELOG.md',
    ],
  },
];

function inDocs(...names: readonly string[]): readonly string[] {
  return names.map((name) => `docs/${name}.md`);
}

/** Pages that lie outside of the folder of the documentation. */
const further = ['CONTRIBUTING.md', 'CHANGELOG.md', 'examples/README.md'];

/** Whether a file of the project is a page of the site. */
export function isPage(file: string): boolean {
  return file.endsWith('.md') && (file.startsWith('docs/') || further.includes(file));
}

/** What is none, as patterns for the builder of the site. */
export const notPages = [
  '{bench,bin,coverage,dashboard,deploy,dist,node_modules,scripts,src,test}/**',
  '**/node_modules/**',
  'examples/*/**',
  'README*.md',
  'AGENTS.md',
];

/** Where a file of the project stands on the site: what lies in docs at its root, and a README as what its folder begins with. */
export function placeOf(file: string): string {
  return file
    .replace(/^docs\//, '')
    .replace(/^(CONTRIBUTING|CHANGELOG)\.md$/, (name) => name.toLowerCase())
    .replace(/(^|\/)README\.md$/, '$1index.md');
}

/** The side bar as the site wants it, with the titles that the pages bear. */
export function sideBar(): DefaultTheme.SidebarItem[] {
  return groups.map(({ text, pages }) => ({
    text,
    items: pages
      .filter((file) => existsSync(join(projectFolder, file)))
      .map((file) => ({ text: titleOf(file), link: `/${placeOf(file).replace(/(index)?\.md$/, '')}` })),
  }));
}

function titleOf(file: string): string {
  return /^# (.+)$/m.exec(readFileSync(join(projectFolder, file), 'utf8'))?.[1] ?? file;
}
