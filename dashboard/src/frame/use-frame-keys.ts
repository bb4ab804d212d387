import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import { useKeys } from '../ui/use-keys.ts';
import { places } from './places.ts';

export interface FrameKeys {
  readonly showKeys: () => void;
  readonly showPalette: () => void;
}

/** Keys that do the same on every page. */
export function useFrameKeys({ showKeys, showPalette }: FrameKeys): void {
  const navigate = useNavigate();
  const jumps = places.map(({ key, name, to }) => [`g ${key}`, { does: name, run: () => void navigate({ to }) }] as const);
  useKeys({ ...Object.fromEntries(jumps), '?': { does: 'All keys', run: showKeys } });
  const show = useEffectEvent(showPalette);
  useEffect(() => {
    // With Ctrl or Cmd, so that it works while people type, and where single keys are switched off.
    const hear = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      show();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}
