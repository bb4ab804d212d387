import { useSyncExternalStore } from 'react';

export const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];
export type Theme = Exclude<ThemeChoice, 'system'>;

const kept = 'miyabi.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function themeChoice(): ThemeChoice {
  return themeChoices.find((choice) => choice === localStorage.getItem(kept)) ?? 'system';
}

function theme(): Theme {
  const choice = themeChoice();
  if (choice !== 'system') return choice;
  return system.matches ? 'dark' : 'light';
}

export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem(kept, choice);
  apply();
}

function apply(): void {
  document.documentElement.dataset['theme'] = theme();
  for (const each of listeners) each();
}

/** Follows the system, other tabs and what people choose, from now on. */
export function startTheme(): void {
  apply();
  system.addEventListener('change', apply);
  addEventListener('storage', ({ key }) => (key === kept ? apply() : undefined));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What is shown, for those who bring colours of their own. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, theme);
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, themeChoice);
}
