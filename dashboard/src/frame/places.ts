import type { LucideIcon } from 'lucide-react';
import { BookOpen, ChartColumn, Coins, Cpu, Inbox, List, Rocket, Settings, SquareTerminal } from 'lucide-react';

/** A page that is always one step away. */
export interface Place {
  readonly to: '/' | '/inbox' | '/cost' | '/statistics' | '/knowledge' | '/workers' | '/releases' | '/settings' | '/reference';
  readonly name: string;
  readonly icon: LucideIcon;
  /** Pressed after `g`. */
  readonly key: string;
}

export const places: readonly Place[] = [
  { to: '/', name: 'Runs', icon: List, key: 'r' },
  { to: '/inbox', name: 'Inbox', icon: Inbox, key: 'i' },
  { to: '/cost', name: 'Cost', icon: Coins, key: 'c' },
  { to: '/statistics', name: 'Statistics', icon: ChartColumn, key: 't' },
  { to: '/releases', name: 'Releases', icon: Rocket, key: 'd' },
  { to: '/knowledge', name: 'Knowledge', icon: BookOpen, key: 'k' },
  { to: '/workers', name: 'Workers', icon: Cpu, key: 'w' },
  { to: '/settings', name: 'Settings', icon: Settings, key: 's' },
  { to: '/reference', name: 'API', icon: SquareTerminal, key: 'a' },
];
