import type { ApiScope } from '../domain/api/scope.ts';

/** By what a caller of the API is known. What it shows is kept as a digest alone. */
export interface ApiAccess {
  /** The part of what it shows that is no secret. */
  readonly id: string;
  /** A token for programs, or what a browser was given that followed a sign-in link. */
  readonly kind: 'token' | 'browser';
  /** Kept with whatever it does. */
  readonly name: string;
  readonly scope: ApiScope;
  /** SHA-256 of all that it shows, in hexadecimal. */
  readonly digest: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms from which it counts no more; undefined: until it is revoked. */
  readonly expiresAt: number | undefined;
  /** Epoch ms at which it was last used, to a few minutes; undefined: never. */
  readonly usedAt: number | undefined;
}

/** A link by which one browser signs in, once. */
export interface SignInLink {
  /** SHA-256 of the secret in it, in hexadecimal. */
  readonly digest: string;
  /** Who is let in by it: who made it. */
  readonly name: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** Who may use the API; holds over all services on the database. One counts until it expires or is revoked, and is forgotten then. */
export interface ApiAccesses {
  /** @returns false where a token that counts has the name of this token. */
  create(access: Omit<ApiAccess, 'createdAt' | 'usedAt'>): Promise<boolean>;
  /** @returns undefined for one that does not count. */
  byId(id: string): Promise<ApiAccess | undefined>;
  /** Those that count, the oldest first. */
  list(): Promise<readonly ApiAccess[]>;
  /** Revokes whatever has the name. @returns how many of them counted. */
  revoke(name: string): Promise<number>;
  /** Lets this one in no more. */
  end(id: string): Promise<void>;
  /** Remembers that it was used now. */
  used(id: string): Promise<void>;
  /** Remembers a link, which any service on the database takes. */
  addLink(link: SignInLink): Promise<void>;
  /** Uses a link up. @returns who made it; undefined for one that does not count, or does no more. */
  takeLink(digest: string): Promise<string | undefined>;
}
