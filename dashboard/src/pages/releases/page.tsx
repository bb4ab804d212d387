import { Link, useSearch } from '@tanstack/react-router';
import { useAnswer, usePages } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { AnsweredPages } from '../../ui/answered-pages.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { tabLook, Tabs } from '../../ui/tabs.tsx';
import { Deployments } from './deployments.tsx';
import { Environments } from './environments.tsx';
import type { Project } from './projects.ts';
import { configuredProjects, shortRepository } from './projects.ts';
import { ReleaseTable } from './release-table.tsx';

/** What was built, what serves where, and what became of each release on its way. */
export function ReleasesPage() {
  const settings = useAnswer('readSettings');
  return (
    <Page title="Releases" about="A commit, built once, that goes through the environments one after the other and is watched in each.">
      <Answered query={settings} what="what is deployed">
        {({ items }) => <Projects projects={configuredProjects(items.find(({ path }) => path === 'deploy.projects')?.value)} />}
      </Answered>
    </Page>
  );
}

function Projects({ projects }: { readonly projects: readonly Project[] }) {
  const { repository } = useSearch({ from: '/releases' });
  const project = projects.find((each) => each.repository === repository) ?? projects[0];
  if (project === undefined)
    return (
      <Empty title="Nothing is deployed by this service." command="miyabi config explain deploy.projects">
        A repository with its environments in your own configuration is all it takes; a process on this machine is enough to begin with.
      </Empty>
    );
  return (
    <>
      {projects.length === 1 ? (
        <p className="mb-4 font-medium break-all">{project.repository}</p>
      ) : (
        <Tabs label="Repositories">
          {projects.map((each) => (
            <li key={each.repository}>
              <Link
                to="/releases"
                search={{ repository: each.repository }}
                activeOptions={{ exact: true }}
                aria-current={each === project ? 'page' : undefined}
                className={tabLook}
                title={each.repository}
              >
                {shortRepository(each.repository)}
              </Link>
            </li>
          ))}
        </Tabs>
      )}
      <ProjectView key={project.repository} project={project} />
    </>
  );
}

function ProjectView({ project }: { readonly project: Project }) {
  const pages = usePages('listReleases', { query: { repository: project.repository } });
  return (
    <AnsweredPages pages={pages} what="the releases">
      {(releases) => (
        <>
          <Environments project={project} releases={releases} />
          <ReleaseTable project={project} releases={releases} />
          <Deployments releases={releases} />
        </>
      )}
    </AnsweredPages>
  );
}
