import { Link } from '@tanstack/react-router';
import { Ellipsis, Keyboard, LogOut, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { useAnswer } from '../api/queries.ts';
import { Keys } from '../ui/key-caps.tsx';
import { ConnectionMark } from './connection-mark.tsx';
import mark from './mark.svg';
import type { Place } from './places.ts';
import { places } from './places.ts';
import { useSignOut } from './use-sign-out.ts';

interface NavigationProps {
  readonly showKeys: () => void;
  readonly showPalette: () => void;
}

/** On a phone the pages that people look at there; whatever else is found by its name. */
const onPhones: readonly Place['to'][] = ['/', '/inbox', '/cost'];

/** The way to every page: beside it, or below it on a phone. */
export function Navigation({ showKeys, showPalette }: NavigationProps) {
  const open = useAnswer('listEscalations', { query: { limit: 100 } });
  const waiting = open.data?.items.length ?? 0;
  return (
    <nav
      aria-label="Pages"
      className="z-30 border-line bg-sunken max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:border-t md:sticky md:top-0 md:flex md:h-dvh md:w-52 md:shrink-0 md:flex-col md:border-r md:p-3"
    >
      <p className="mb-3 flex items-center gap-2.5 px-3 text-base font-semibold max-md:hidden">
        <img src={mark} alt="" width={22} height={22} />
        Miyabi
      </p>
      <ul className="flex justify-around gap-1 max-md:p-1 md:flex-col">
        {places.map((place) => (
          <li key={place.to} className={onPhones.includes(place.to) ? undefined : 'max-md:hidden'}>
            <PlaceLink place={place} waiting={place.to === '/inbox' ? waiting : 0} />
          </li>
        ))}
        <li className="md:hidden">
          <button type="button" className={placeLook} onClick={showPalette}>
            <Ellipsis aria-hidden size={16} />
            More
          </button>
        </li>
      </ul>
      <div className="mt-auto flex flex-col gap-1 max-md:absolute max-md:inset-x-2 max-md:bottom-full max-md:pb-2">
        <ConnectionMark />
        <div className="flex flex-col gap-1 max-md:hidden">
          <Quiet onClick={showPalette} icon={<Search aria-hidden size={15} />} keys="Ctrl K">
            Search
          </Quiet>
          <Quiet onClick={showKeys} icon={<Keyboard aria-hidden size={15} />} keys="?">
            Keys
          </Quiet>
          <WhoIsHere />
        </div>
      </div>
    </nav>
  );
}

const placeLook =
  'flex min-h-10 cursor-pointer items-center gap-2.5 rounded-md px-3 text-muted hover:bg-surface max-md:flex-col max-md:gap-0.5 max-md:py-1 max-md:text-[12px] aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold aria-[current=page]:text-accent';

function PlaceLink({ place: { to, name, icon: Icon }, waiting }: { readonly place: Place; readonly waiting: number }) {
  return (
    <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} className={placeLook}>
      <Icon aria-hidden size={16} />
      <span>
        {name}
        {waiting === 0 ? undefined : (
          <span className="tabular ml-2 rounded-full bg-accent px-1.5 py-0.5 text-[12px] font-semibold text-on-accent">
            {waiting === 100 ? '100+' : waiting}
            <span className="sr-only"> {waiting === 1 ? 'waits' : 'wait'} for you</span>
          </span>
        )}
      </span>
    </Link>
  );
}

interface QuietProps {
  readonly onClick: () => void;
  readonly icon: ReactNode;
  readonly keys: string;
  readonly children: ReactNode;
}

function Quiet({ onClick, icon, keys, children }: QuietProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-3 text-[13px] text-muted hover:bg-surface"
    >
      {icon}
      {children}
      <span className="ml-auto">
        <Keys name={keys} />
      </span>
    </button>
  );
}

function WhoIsHere() {
  const { data } = useAnswer('readSession');
  const signOut = useSignOut();
  if (data === undefined) return undefined;
  return (
    <p className="mt-2 flex items-center justify-between gap-2 border-t border-line pt-2 pl-3 text-[13px] text-muted">
      <span className="min-w-0 truncate" title={`${data.name} may ${data.scope}`}>
        {data.name} · {data.scope}
      </span>
      <button
        type="button"
        aria-label="Sign out"
        title="Sign out"
        className="inline-flex size-8 shrink-0 cursor-pointer items-center justify-center rounded-md hover:bg-surface"
        onClick={() => void signOut()}
      >
        <LogOut aria-hidden size={15} />
      </button>
    </p>
  );
}
