import type { JobId, TaskId } from '../domain/ids.ts';
import type { ModelUsage } from '../domain/model.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { MoneyLimit, MoneyStand } from '../domain/money-scope.ts';
import type { AnsweredQuestion, NewStandingAnswer } from './answers.ts';

/** A call that is about to be made. */
export interface NewCall {
  readonly id: string;
  readonly jobId: JobId;
  readonly taskId: TaskId;
  readonly planTask: string | undefined;
  readonly world: string | undefined;
  /** `agent`, or the role. */
  readonly purpose: string;
  readonly provider: string;
  readonly model: string;
  /** The process that makes it, by the name under which others can ask whether it lives. */
  readonly owner: string;
  /** The most that it can cost. */
  readonly mostMicroUsd: MicroUsd;
  readonly limits: readonly MoneyLimit[];
}

/**
 * Whether money may be spent. A call is let through while what is spent and reserved is below the limit, so that all together never exceed it by
 * more than the highest cost of one call.
 */
export type Reservation =
  /** `warned`: budgets that passed the warning by it, each told once. */
  | { readonly kind: 'reserved'; readonly warned: readonly MoneyStand[] }
  /** Nothing was reserved: a person is to be asked first, see {@link Money.release}. */
  | { readonly kind: 'paused'; readonly stand: MoneyStand }
  | { readonly kind: 'stopped'; readonly stand: MoneyStand };

/** How a call ended, as far as it cost anything. */
export interface CallEnd {
  /** `unsure`: it broke off, or its process died, before it said what it cost; the highest cost counts. `cached`: nobody was asked. */
  readonly kind: 'answered' | 'failed' | 'unsure' | 'cached';
  readonly usage: ModelUsage;
  readonly costMicroUsd: MicroUsd;
  readonly priceKnown: boolean;
  /** From the decision to ask until the end, in ms. */
  readonly durationMs: number;
}

/** What was spent on one thing. */
export interface Spending {
  readonly calls: number;
  readonly cached: number;
  readonly usage: ModelUsage;
  readonly costMicroUsd: MicroUsd;
  /** Calls whose price is not known; the highest configured one counts for them. */
  readonly unknownPrices: number;
  /** Calls that broke off, or whose process died, before they said what they cost; the highest cost counts for them. */
  readonly unsure: number;
  /** Reserved for calls under way. */
  readonly reservedMicroUsd: MicroUsd;
}

export interface SpendingFilter {
  readonly jobId?: JobId;
  readonly taskId?: TaskId;
  /** Epoch ms, from then on. */
  readonly since?: number;
  /** Epoch ms, before then. */
  readonly before?: number;
}

export type SpendingBy = 'run' | 'world' | 'model' | 'purpose' | 'day' | 'month';

export interface Money {
  /** Looks at every limit and reserves on all or none, in one transaction. */
  reserve(call: NewCall): Promise<Reservation>;
  /** Once for each reserved call; a second time changes nothing. */
  settle(id: string, end: CallEnd): Promise<void>;
  /**
   * Records something that nobody had to reserve for: an answer from the cache, or what a program says that it has spent by itself. Once for
   * each id; a second time changes nothing.
   */
  record(call: Omit<NewCall, 'mostMicroUsd'>, end: CallEnd): Promise<void>;
  /** A person says that a budget may be used up to its end. */
  release(limit: Pick<MoneyLimit, 'scope' | 'key'>, by: string): Promise<void>;
  /** Calls under way of owners that live no longer are settled as `unsure`. @returns how many. */
  settleAbandoned(isAlive: (owner: string) => Promise<boolean>): Promise<number>;
  stands(limits: readonly MoneyLimit[]): Promise<readonly MoneyStand[]>;
  spent(filter: SpendingFilter): Promise<Spending>;
  /** What was spent in each step of so many ms in which anything was, the oldest first. `at`: where it begins; steps are counted from 1970 on. */
  spentOver(
    filter: Omit<SpendingFilter, 'taskId'>,
    stepMs: number,
  ): Promise<readonly { readonly at: number; readonly costMicroUsd: MicroUsd }[]>;
  /** When (epoch ms) the first call of all was made that is still known; undefined before there was one. */
  firstSpent(): Promise<number | undefined>;
  /** When (epoch ms) the oldest call began that has not come to its end; undefined where all have. */
  oldestOpen(): Promise<number | undefined>;
  /**
   * By what they were spent on, the highest first (days and months, UTC: the newest first). `name`: the job id of a run, which callers show as
   * people know it; `anthropic/...`; `2026-11-21`; `2026-11`. Worlds are `task-1/alpha` within a run and `alpha` over all; `no world`.
   */
  spentBy(by: SpendingBy, filter: SpendingFilter): Promise<ReadonlyArray<Spending & { readonly name: string }>>;
}

/** The limits of one provider's key. */
export interface RateLimits {
  /** In any window of `windowMs`. */
  readonly requests: number;
  readonly tokens: number;
  readonly windowMs: number;
}

/** A turn at a provider. */
export interface Permit {
  readonly id: string;
  /** Epoch ms; not before. */
  readonly at: number;
  /** Why not now; empty when it is now. */
  readonly why: string;
}

/** The turns at the providers, shared by all processes on the database. */
export interface Rates {
  /**
   * The next turn, in order of asking: such that no window holds more requests or tokens than allowed. A request that is larger than the
   * limit itself gets a window of its own.
   */
  take(key: string, tokens: number, limits: RateLimits): Promise<Permit>;
  /** What it came to in the end. */
  used(permit: string, tokens: number): Promise<void>;
  /** It was not used, and is free again. */
  giveBack(permit: string): Promise<void>;
  /** Nobody asks this provider before then: it has said so. */
  hold(key: string, until: number, why: string): Promise<void>;
  /** A turn to start a program that will ask this provider, `apartMs` after the one before. @returns epoch ms. */
  launch(key: string, apartMs: number): Promise<number>;
}

/** An answer of a provider as it is kept. */
export interface KeptResponse {
  readonly status: number;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body: Uint8Array;
}

/** Answers that need not be asked for again. */
export interface Responses {
  get(key: string): Promise<KeptResponse | undefined>;
  /** The least recently used beyond `most` go, and those older than `maxAgeMs`. */
  put(key: string, response: KeptResponse, keep: { readonly most: number; readonly maxAgeMs: number }): Promise<void>;
}

/** Something that a running task wants to know of a person. */
export interface AskedQuestion {
  readonly jobId: JobId;
  /** The same question asked again, also after a restart, is given the answer that it was given before. */
  readonly key: string;
  readonly taskId: TaskId;
  /** For people, in a sentence or two. */
  readonly text: string;
  /** Epoch ms. */
  readonly askedAt: number;
  readonly answer:
    | { readonly approved: boolean; readonly by: string; readonly at: number; readonly reason: string | undefined }
    | undefined;
}

/** Questions of tasks that go on running while they wait. */
export interface Questions {
  /** @returns the question as it stands: answered already, or not. */
  ask(question: Omit<AskedQuestion, 'askedAt' | 'answer'>): Promise<AskedQuestion>;
  /** @param kept with the answer, in one piece: for people, and what stands by it. @returns whether it was open. */
  answer(
    jobId: JobId,
    key: string,
    answer: { readonly approved: boolean; readonly by: string; readonly reason?: string },
    kept?: { readonly answered: AnsweredQuestion; readonly standing?: NewStandingAnswer },
  ): Promise<boolean>;
  /** Nobody waits for it any more. */
  withdraw(jobId: JobId, key: string): Promise<void>;
  /** The oldest first. */
  open(jobId: JobId): Promise<readonly AskedQuestion[]>;
  /** Those that were answered too, the oldest first. */
  ofRun(jobId: JobId): Promise<readonly AskedQuestion[]>;
}
