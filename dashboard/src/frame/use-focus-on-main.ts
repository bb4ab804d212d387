import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/** Who goes to another page by keyboard or by ear is taken to its beginning. */
export function useFocusOnMain(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onResolved', ({ fromLocation, pathChanged }) => {
        if (fromLocation !== undefined && pathChanged) document.getElementById('main')?.focus({ preventScroll: true });
      }),
    [router],
  );
}
