import type { JobId } from '../domain/ids.ts';

/**
 * What was learnt, as later runs and people find it again: one entry for each run that has ended, and notes that people add.
 */
export interface KnowledgeEntry {
  /** `run:<job id>` or `note:<id>`; the same again replaces it. */
  readonly id: string;
  readonly kind: 'run' | 'note';
  /** Whose repository it is about; undefined for what holds everywhere. */
  readonly repositoryId: string | undefined;
  /** The issue, as people find it: a number at its forge, or nothing. */
  readonly issue: string | undefined;
  readonly title: string;
  /** Of the issue, or the note itself. At most 65,536 characters count. */
  readonly body: string;
  /** Titles of the plan's tasks. */
  readonly plan: readonly string[];
  readonly outcome: 'succeeded' | 'failed' | 'note';
  /** Paths that were changed, or that it is about. */
  readonly paths: readonly string[];
  readonly labels: readonly string[];
  /** The unified diff that won; at most 100,000 characters are kept, the beginning of them is searched. */
  readonly diff: string;
  /** Messages of what failed, and of each its signature (see `errorSignature`). */
  readonly errors: readonly { readonly signature: string; readonly message: string }[];
  /** What is worth knowing next time, in sentences. */
  readonly lessons: readonly string[];
  /** Epoch ms. */
  readonly at: number;
}

/** What is looked for. Text is foreign: nothing in it is a query language. */
export interface KnowledgeQuery {
  readonly text: string;
  readonly repositoryId?: string;
  readonly paths?: readonly string[];
  readonly errorSignatures?: readonly string[];
  readonly labels?: readonly string[];
  /** Only of this repository, or of every one (entries of `repositoryId` are preferred). */
  readonly only?: 'repository';
  readonly most: number;
}

export interface KnowledgeMatch {
  readonly entry: KnowledgeEntry;
  /** Above 0; only to be compared with others of the same answer. */
  readonly score: number;
  /** How much of what was asked for it holds, from 0 to 1: the rarer a word, the more it counts. 1 for the same error. */
  readonly likeness: number;
  /** Why it was found, best first: `same error`, `same paths`, `words: rounding, cart`, `like it in meaning`. */
  readonly why: readonly string[];
}

export interface KnowledgeAnswer {
  readonly matches: readonly KnowledgeMatch[];
  /** What a user should know of how it was searched, such as a provider of embeddings that could not be reached; a sentence each. */
  readonly notes: readonly string[];
}

/** The knowledge base. Secrets never enter it: whoever saves has redacted. */
export interface Knowledge {
  save(entry: KnowledgeEntry): Promise<void>;
  search(query: KnowledgeQuery): Promise<KnowledgeAnswer>;
  get(id: string): Promise<KnowledgeEntry | undefined>;
  /** The newest first. */
  newest(most: number, repositoryId?: string): Promise<readonly KnowledgeEntry[]>;
  forget(id: string): Promise<void>;
  count(): Promise<number>;
  /** Builds every index anew from the entries. @param tell how many are done. @returns how many there are, and what could not be done. */
  reindex(tell: (done: number, of: number) => void): Promise<{ readonly entries: number; readonly notes: readonly string[] }>;
}

/** An entry as it became, or that it was forgotten. */
export interface KnowledgeChange {
  /** Higher than that of every change before. */
  readonly revision: number;
  readonly id: string;
  readonly entry: KnowledgeEntry | undefined;
}

/** The entries themselves, among the records of all else. Whatever finds them again is made from these. */
export interface KnowledgeRecords {
  save(entry: KnowledgeEntry): Promise<void>;
  /** Nothing happens where it is not there. */
  forget(id: string): Promise<void>;
  /** Those that are there, in no order. */
  get(ids: readonly string[]): Promise<readonly KnowledgeEntry[]>;
  /** The newest first. */
  newest(most: number, repositoryId?: string): Promise<readonly KnowledgeEntry[]>;
  count(): Promise<number>;
  /** What was changed after a revision, in the order of the changes, each as it is now. */
  changes(after: number, most: number): Promise<readonly KnowledgeChange[]>;
  /** Of the last change; 0 before the first. */
  revision(): Promise<number>;
  /** Tells these records from all others. */
  identity(): Promise<string>;
  /** Remembers what has failed in a run, for the entry that it leaves: at most fifty errors, each once. */
  noteErrors(jobId: JobId, errors: KnowledgeEntry['errors']): Promise<void>;
  /** The earliest first. */
  errorsOf(jobId: JobId): Promise<KnowledgeEntry['errors']>;
}
