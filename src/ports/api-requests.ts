/** A change that is asked for under a key of the caller's, so that it can be asked for again without being done twice. */
export interface ApiRequest {
  /** Name of the caller: keys of different callers have nothing to do with each other. */
  readonly by: string;
  readonly key: string;
  /** Of all that is asked for. */
  readonly digest: string;
}

/** What it was answered with. */
export interface ApiAnswer {
  /** Of HTTP. */
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** What became of a change that is asked for. */
export type ApiClaim =
  /** It is to be done now, and settled or released under this turn: another may have taken it over meanwhile. */
  | { readonly kind: 'claimed'; readonly turn: string }
  /** It was done before, and answered so. */
  | { readonly kind: 'answered'; readonly answer: ApiAnswer }
  /** It is being done. */
  | { readonly kind: 'under-way' }
  /** Something else was asked for under this key. */
  | { readonly kind: 'another' };

/** What was asked for under which key; holds over all services on the database. */
export interface ApiRequests {
  /** One that was claimed and not answered for `patienceMs` is claimed anew: whoever did it has died. */
  claim(request: ApiRequest, patienceMs: number): Promise<ApiClaim>;
  /** Keeps the answer of what was claimed. */
  settle(request: ApiRequest, turn: string, answer: ApiAnswer): Promise<void>;
  /** Forgets what was claimed: it was not done, and may be asked for again. */
  release(request: ApiRequest, turn: string): Promise<void>;
  /** Forgets what was asked for before then (epoch ms). @returns how many. */
  forget(before: number): Promise<number>;
}
