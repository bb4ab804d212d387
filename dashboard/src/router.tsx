import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Frame } from './frame/frame.tsx';
import { Loading } from './ui/loading.tsx';
import { Problem } from './ui/problem.tsx';

const root = createRootRoute({ component: Frame });
const at = <Path extends string>(path: Path) => ({ getParentRoute: () => root, path });

/** What stands in the address behind the `?`; what is not known is left out. */
type Search = Readonly<Record<string, unknown>>;
const word = (search: Search, name: string): string | undefined =>
  typeof search[name] === 'string' && search[name] !== '' ? search[name] : undefined;
const words = <Name extends string>(...names: readonly Name[]) => ({
  validateSearch: (search: Search) =>
    Object.fromEntries(names.flatMap((name) => (word(search, name) === undefined ? [] : [[name, word(search, name)]]))) as {
      readonly [Each in Name]?: string | undefined;
    },
});

const runs = createRoute({
  ...at('/'),
  ...words('state', 'q', 'repository'),
  component: lazyRouteComponent(async () => await import('./pages/runs/page.tsx'), 'RunsPage'),
});
const run = createRoute({
  ...at('/runs/$run'),
  ...words('task', 'log', 'attempt', 'full'),
  component: lazyRouteComponent(async () => await import('./pages/run/page.tsx'), 'RunPage'),
});
const compare = createRoute({
  ...at('/runs/$run/compare'),
  ...words('task'),
  component: lazyRouteComponent(async () => await import('./pages/compare/page.tsx'), 'ComparePage'),
});
const diff = createRoute({
  ...at('/runs/$run/diff'),
  ...words('task', 'a', 'b', 'view', 'file'),
  component: lazyRouteComponent(async () => await import('./pages/diff/page.tsx'), 'DiffPage'),
});
const graph = createRoute({
  ...at('/runs/$run/graph'),
  ...words('view'),
  component: lazyRouteComponent(async () => await import('./pages/graph/page.tsx'), 'GraphPage'),
});
const decisions = createRoute({
  ...at('/runs/$run/decisions'),
  ...words('kind', 'task'),
  component: lazyRouteComponent(async () => await import('./pages/decisions/page.tsx'), 'DecisionsPage'),
});
const inbox = createRoute({
  ...at('/inbox'),
  ...words('tab', 'question'),
  component: lazyRouteComponent(async () => await import('./pages/inbox/page.tsx'), 'InboxPage'),
});
const cost = createRoute({
  ...at('/cost'),
  ...words('by', 'run', 'since'),
  component: lazyRouteComponent(async () => await import('./pages/cost/page.tsx'), 'CostPage'),
});
const statistics = createRoute({
  ...at('/statistics'),
  ...words('by', 'since', 'repository'),
  component: lazyRouteComponent(async () => await import('./pages/statistics/page.tsx'), 'StatisticsPage'),
});
const releases = createRoute({
  ...at('/releases'),
  ...words('repository', 'environment', 'release'),
  component: lazyRouteComponent(async () => await import('./pages/releases/page.tsx'), 'ReleasesPage'),
});
const knowledge = createRoute({
  ...at('/knowledge'),
  ...words('q', 'path', 'label'),
  component: lazyRouteComponent(async () => await import('./pages/knowledge/page.tsx'), 'KnowledgePage'),
});
const workers = createRoute({
  ...at('/workers'),
  component: lazyRouteComponent(async () => await import('./pages/workers/page.tsx'), 'WorkersPage'),
});
const settings = createRoute({
  ...at('/settings'),
  ...words('q', 'source'),
  component: lazyRouteComponent(async () => await import('./pages/settings/page.tsx'), 'SettingsPage'),
});
const reference = createRoute({
  ...at('/reference'),
  ...words('operation'),
  component: lazyRouteComponent(async () => await import('./pages/reference/page.tsx'), 'ReferencePage'),
});

/** Every address of the dashboard, in the order of the navigation. */
export const router = createRouter({
  routeTree: root.addChildren([
    runs,
    run,
    compare,
    diff,
    graph,
    decisions,
    inbox,
    cost,
    statistics,
    releases,
    knowledge,
    workers,
    settings,
    reference,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: () => <Loading what="this page" />,
  defaultErrorComponent: ({ error, reset }) => (
    <div className="p-6">
      <Problem error={error instanceof Error ? error : new Error(String(error))} again={reset} />
    </div>
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: typeof router;
  }
}
