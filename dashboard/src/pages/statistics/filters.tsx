import { useNavigate, useSearch } from '@tanstack/react-router';
import { useAnswer } from '../../api/queries.ts';
import { Select } from '../../ui/field.tsx';
import { spanOf, spans } from '../../words/spans.ts';
import { groupingOf, groupings } from './words.ts';

/** What the rows stand for, from when on, and of which repository: all of it stands in the address. */
export function Filters() {
  const search = useSearch({ from: '/statistics' });
  const navigate = useNavigate({ from: '/statistics' });
  const put = (part: { readonly by?: string; readonly since?: string; readonly repository?: string | undefined }): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  return (
    <>
      <Select label="Rows stand for" hidesLabel value={groupingOf(search.by)} onChange={({ target }) => put({ by: target.value })}>
        {groupings.map((each) => (
          <option key={each} value={each}>
            By {each}
          </option>
        ))}
      </Select>
      <Select label="Since" hidesLabel value={spanOf(search.since)} onChange={({ target }) => put({ since: target.value })}>
        {Object.entries(spans).map(([span, name]) => (
          <option key={span} value={span}>
            Of {name}
          </option>
        ))}
      </Select>
      <Repositories chosen={search.repository} choose={(repository) => put({ repository: repository === '' ? undefined : repository })} />
    </>
  );
}

interface RepositoriesProps {
  readonly chosen: string | undefined;
  readonly choose: (repository: string) => void;
}

/** Those that worlds have worked in; where there is one alone there is nothing to choose. */
function Repositories({ chosen, choose }: RepositoriesProps) {
  const { data } = useAnswer('readStatistics', { query: { by: 'repository' } });
  const names = new Set([...(data?.rows.map(({ name }) => name) ?? []), ...(chosen === undefined ? [] : [chosen])]);
  if (names.size < 2 && chosen === undefined) return undefined;
  return (
    <Select label="Repository" hidesLabel className="max-w-64" value={chosen ?? ''} onChange={({ target }) => choose(target.value)}>
      <option value="">In all repositories</option>
      {[...names].map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </Select>
  );
}
