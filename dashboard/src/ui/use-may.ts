import { useAnswer } from '../api/queries.ts';

const scopes = ['read', 'operate', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** For what can be pressed by those who may: disabled for everybody else, with the reason. */
export interface May {
  readonly disabled: boolean;
  /** Why it cannot be pressed; absent where it can. */
  readonly title?: string;
}

/** Whether whoever is signed in may do what takes this scope: `<Button {...useMay('operate')}>`. */
export function useMay(needed: Scope): May {
  const { data } = useAnswer('readSession');
  if (data === undefined) return { disabled: true, title: 'It is not known yet who you are here.' };
  if (scopes.indexOf(data.scope) >= scopes.indexOf(needed)) return { disabled: false };
  return { disabled: true, title: `${data.name} may only ${data.scope} here, and this takes the scope ${needed}.` };
}
