import { useNavigate, useSearch } from '@tanstack/react-router';
import { CircleDashed, KeyRound, Lock } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { classes } from '../../ui/classes.ts';
import { Empty } from '../../ui/empty.tsx';
import { Select, TextField } from '../../ui/field.tsx';
import { Fold } from '../../ui/fold.tsx';
import { Section } from '../../ui/page.tsx';
import { Words } from '../../ui/words.tsx';
import type { Setting, SettingGroup } from './setting-groups.ts';
import { groupsOf, sourceOf, sourceWords, valueWords } from './setting-groups.ts';

/** Every setting of the service with its value and where that comes from. */
export function Configuration() {
  const { q = '', source } = useSearch({ from: '/settings' });
  const query = useAnswer('readSettings');
  const place = useRef<HTMLDivElement>(null);
  const isAskedFor = useRef(q !== '' || source !== undefined);
  useEffect(() => {
    if (isAskedFor.current && query.isSuccess) place.current?.scrollIntoView();
  }, [query.isSuccess]);
  return (
    <div ref={place} className="scroll-mt-4">
      <Section title="Configuration" actions={<Filters />}>
        <p className="mb-3 text-muted">
          Stronger comes first: the command line, the environment, your configuration, the repository’s, the default. Secrets lie in
          variables and files that settings name: you see whether those are set, never what is in them.
        </p>
        <Answered query={query} what="the settings">
          {({ items }) => <Groups settings={items} />}
        </Answered>
      </Section>
    </div>
  );
}

function Filters() {
  const { q = '', source } = useSearch({ from: '/settings' });
  const navigate = useNavigate({ from: '/settings' });
  const put = (part: { readonly q?: string; readonly source?: string }): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  return (
    <div className="flex flex-wrap gap-2">
      <TextField
        className="w-64"
        label="Search the settings"
        hidesLabel
        type="search"
        placeholder="Search the settings"
        value={q}
        onChange={({ target }) => put({ q: target.value })}
      />
      <Select label="From" hidesLabel value={sourceOf(source) ?? ''} onChange={({ target }) => put({ source: target.value })}>
        <option value="">From anywhere</option>
        {Object.entries(sourceWords).map(([each, words]) => (
          <option key={each} value={each}>
            From {words}
          </option>
        ))}
      </Select>
    </div>
  );
}

function Groups({ settings }: { readonly settings: readonly Setting[] }) {
  const { q = '', source } = useSearch({ from: '/settings' });
  const groups = groupsOf(settings, { text: q, source: sourceOf(source) });
  const count = groups.reduce((sum, group) => sum + group.settings.length, 0);
  return (
    <>
      <p role="status" className="mb-2 text-muted tabular">
        {count} of {settings.length} settings
      </p>
      {groups.length === 0 ? <Empty title="No setting is like this." command="miyabi config explain worlds.count" /> : undefined}
      {groups.map((group) => (
        <Group key={group.name} group={group} isOpen={q !== '' || source !== undefined} />
      ))}
    </>
  );
}

/** What is not as it comes is seen without opening anything. */
function Group({ group: { name, settings }, isOpen }: { readonly group: SettingGroup; readonly isOpen: boolean }) {
  const own = settings.filter(({ source }) => source !== 'default').length;
  return (
    <Fold
      key={String(isOpen)}
      className=""
      open={isOpen || own > 0}
      title={
        <>
          {name}
          <span className="ml-2 font-normal text-muted tabular">
            {settings.length}
            {own === 0 ? '' : `, ${own} not by default`}
          </span>
        </>
      }
    >
      <ul aria-label={name} className="divide-y divide-line rounded-lg border border-line bg-surface">
        {settings.map((setting) => (
          <SettingItem key={setting.path} setting={setting} />
        ))}
      </ul>
    </Fold>
  );
}

function SettingItem({
  setting: { path, description, variable, value, source, origin, userOnly, secrets },
}: {
  readonly setting: Setting;
}) {
  const isOwn = source !== 'default';
  return (
    <li className="grid gap-x-6 gap-y-1 px-4 py-2 md:grid-cols-[minmax(0,5fr)_minmax(0,3fr)_minmax(0,3fr)]">
      <div className="min-w-0">
        <p className="wrap-anywhere">
          <code className="font-semibold">{path}</code>
          {userOnly ? (
            <span
              className="ml-2 inline-flex items-center gap-1 text-[13px] text-muted"
              title="The configuration of a repository may not set it."
            >
              <Lock aria-hidden size={12} /> yours alone
            </span>
          ) : undefined}
        </p>
        <p className="wrap-anywhere text-muted">
          <Words text={description} />
        </p>
        <Secrets secrets={secrets} />
      </div>
      <code className={classes('max-h-40 min-w-0 overflow-auto wrap-anywhere whitespace-pre-wrap', isOwn ? 'font-semibold' : 'text-muted')}>
        {valueWords(value)}
      </code>
      <div className="min-w-0 text-[13px]">
        <p className={classes('wrap-anywhere', isOwn ? 'font-medium text-info' : 'text-muted')}>
          {sourceWords[source]}
          {origin === source || origin === sourceWords[source] ? '' : `: ${origin}`}
        </p>
        <p className="break-all text-muted">
          <code>{variable}</code>
        </p>
      </div>
    </li>
  );
}

/** Whether there is anything where the secrets lie that a setting names. */
function Secrets({ secrets }: Pick<Setting, 'secrets'>) {
  if (secrets.length === 0) return undefined;
  return (
    <ul aria-label="Secrets" className="mt-1 flex flex-wrap gap-x-5 gap-y-0.5 text-[13px]">
      {secrets.map(({ kind, name, isSet }) => (
        <li key={`${kind} ${name}`} className={classes('inline-flex items-center gap-1.5', isSet ? 'text-good' : 'text-muted')}>
          {isSet ? <KeyRound aria-hidden size={13} /> : <CircleDashed aria-hidden size={13} />}
          <code className="break-all">{name}</code> {isSet ? 'is set' : kind === 'file' ? 'is not there, or empty' : 'is not set'}
        </li>
      ))}
    </ul>
  );
}
