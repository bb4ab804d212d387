import { useSyncExternalStore } from 'react';

/** Whether this browser tells of questions as they come in. */
export type Notices = 'on' | 'off' | 'refused' | 'impossible';

const kept = 'miyabi.notices';
const listeners = new Set<() => void>();

function notices(): Notices {
  if (typeof Notification === 'undefined') return 'impossible';
  if (Notification.permission === 'denied') return 'refused';
  return Notification.permission === 'granted' && localStorage.getItem(kept) === 'on' ? 'on' : 'off';
}

/** Nothing is told before somebody has asked for it; the browser asks them once more. */
export async function switchNotices(on: boolean): Promise<void> {
  if (on) {
    await Notification.requestPermission();
    localStorage.setItem(kept, 'on');
  } else localStorage.removeItem(kept);
  for (const each of listeners) each();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

export function useNotices(): Notices {
  return useSyncExternalStore(subscribe, notices);
}
