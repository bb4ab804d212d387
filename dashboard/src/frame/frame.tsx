import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import { Refused } from '../api/ask.ts';
import { sharedStream } from '../api/leader.ts';
import { Live } from '../api/live.tsx';
import { useAnswer } from '../api/queries.ts';
import type { Stream } from '../api/stream.ts';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { hasSaid, onSaid } from '../ui/say.ts';
import { Navigation } from './navigation.tsx';
import { useFocusOnMain } from './use-focus-on-main.ts';
import { useFrameKeys } from './use-frame-keys.ts';

const KeySheet = lazy(async () => ({ default: (await import('./key-sheet.tsx')).KeySheet }));
const QuestionNotices = lazy(async () => ({ default: (await import('./question-notices.tsx')).QuestionNotices }));
const SignIn = lazy(async () => ({ default: (await import('./sign-in.tsx')).SignIn }));
const Toasts = lazy(async () => ({ default: (await import('./toasts.tsx')).Toasts }));
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

let stream: Stream | undefined;

/** What stands around every page; for whoever is not signed in, how to be. */
export function Frame() {
  const session = useAnswer('readSession');
  if (session.error instanceof Refused && session.error.problem.status === 401) {
    return (
      <Suspense>
        <SignIn />
      </Suspense>
    );
  }
  if (session.data === undefined) {
    return (
      <main className="p-6">
        <h1 className="sr-only">Miyabi</h1>
        {session.error === null ? <Loading what="who you are" /> : <Problem error={session.error} again={() => void session.refetch()} />}
      </main>
    );
  }
  return (
    <Live stream={(stream ??= sharedStream())}>
      <Around />
    </Live>
  );
}

function Around() {
  const isToBeSaid = useSyncExternalStore(onSaid, hasSaid);
  const [shown, setShown] = useState<'keys' | 'palette'>();
  useFocusOnMain();
  useFrameKeys({ showKeys: () => setShown('keys'), showPalette: () => setShown('palette') });
  const close = (): void => setShown(undefined);
  return (
    <div className="flex min-h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-4 focus:py-2"
      >
        Skip to the content
      </a>
      <Navigation showKeys={() => setShown('keys')} showPalette={() => setShown('palette')} />
      <main id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none max-md:pb-16">
        <Outlet />
      </main>
      <Suspense>
        {shown === 'keys' ? <KeySheet onClose={close} /> : undefined}
        {shown === 'palette' ? <Palette onClose={close} /> : undefined}
        {isToBeSaid ? <Toasts /> : undefined}
      </Suspense>
      <Suspense>
        <QuestionNotices />
      </Suspense>
    </div>
  );
}
