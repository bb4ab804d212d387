import { useEffect } from 'react';
import { toast, Toaster } from 'sonner';
import { onSaid, takeUnsaid } from '../ui/say.ts';
import { useTheme } from './theme.ts';

/** Shows what is said in passing. */
export function Toasts() {
  const theme = useTheme();
  useEffect(() => {
    const show = (): void => {
      for (const { kind, text, ...more } of takeUnsaid()) toast[kind](text, more);
    };
    show();
    return onSaid(show);
  }, []);
  return <Toaster theme={theme} position="bottom-right" closeButton />;
}
