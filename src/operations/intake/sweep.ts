import { Failure } from '../../domain/failure.ts';
import { visibleText } from '../../domain/visible-text.ts';
import type { Forge, Sweep } from '../../ports/forge.ts';
import { ForgeUnavailable } from '../../ports/forge.ts';
import type { OperationTools } from '../tools.ts';
import { receiveEvent } from './receive-event.ts';
import { forgeSettings } from './tools.ts';

/** Looked at again each time: clocks differ, and what happens is not always seen at once. In ms. */
const overlapMs = 5 * 60_000;
/** How far back a repository is looked at for the first time, in ms. */
const firstLookBackMs = 24 * 3_600_000;
/** Deliveries are remembered for so long, in ms. What they asked for is remembered for ever. */
const rememberedMs = 30 * 24 * 3_600_000;
/** What was heard of already is not looked up again; so many are held in memory. */
const mostSeen = 10_000;

const noneNamed =
  'No repository is looked at on GitHub: name them in `forge.github.repositories` of your own configuration, or speak as an App that is installed for them. What signed webhooks tell is taken in all the same.';

export interface SweepOptions {
  readonly everyMs: number;
  /** Hears what went wrong, in a sentence, once while it lasts. */
  readonly tell: (text: string) => void;
}

/** What one look at the forges knows of the looks before it. */
export interface Sweeper {
  /** Looks at every repository of every forge. Never throws: what goes wrong is told, and tried again by the next. */
  once(signal: AbortSignal): Promise<void>;
}

/** Finds what happened at forges and was told by no webhook: while nobody listened, or because the forge tells nothing by itself. */
export function createSweeper(tools: OperationTools, tell: (text: string) => void): Sweeper {
  const seen = new Set<string>();
  const notBefore = new Map<string, number>();
  const told = new Map<string, string>();
  /** @param of a forge, or a repository of one. @param text undefined where all is well. */
  const say = (of: string, text: string | undefined): void => {
    if (text === undefined) told.delete(of);
    else if (told.get(of) !== text) {
      tell(text);
      told.set(of, text);
    }
  };
  const sweepForge = async (name: string, signal: AbortSignal): Promise<void> => {
    const forge = await tools.forges.open(name);
    const repositories = wanted(tools, name, await forge.repositories());
    say(`${name} repositories`, name === 'github' && repositories.length === 0 ? noneNamed : undefined);
    for (const repository of repositories) {
      if (signal.aborted) return;
      try {
        await sweepRepository(tools, { forge, repository, seen });
        say(`${name} ${repository}`, undefined);
      } catch (error) {
        // One that was renamed, deleted or closed to us keeps no other from being looked at.
        if (!(error instanceof Failure)) throw error;
        say(`${name} ${repository}`, `${repository} at the forge ${name} could not be looked at: ${reasonOf(error)}`);
      }
    }
  };
  return {
    once: async (signal) => {
      for (const name of tools.forges.names) {
        if (signal.aborted || tools.clock.now() < (notBefore.get(name) ?? 0)) continue;
        try {
          await sweepForge(name, signal);
          say(name, undefined);
        } catch (error) {
          if (error instanceof ForgeUnavailable) notBefore.set(name, tools.clock.now() + error.retryAfterMs);
          say(name, `The forge ${name} could not be looked at: ${reasonOf(error)}`);
        }
      }
      await tools.ledger.deliveries.forget(tools.clock.now() - rememberedMs);
    },
  };
}

/**
 * Looks at all forges at once and then again and again, in one process of all that share the records, until it is disposed. Keeps no process alive.
 */
export function sweepNowAndThen(tools: OperationTools, { everyMs, tell }: SweepOptions): AsyncDisposable {
  const sweeper = createSweeper(tools, tell);
  const stop = new AbortController();
  let held: Awaited<ReturnType<OperationTools['locks']['tryAcquire']>>;
  const look = async (): Promise<void> => {
    if (held?.isIntact?.() === false) held = undefined;
    held ??= await tools.locks.tryAcquire('miyabi-sweep');
    if (held !== undefined) await sweeper.once(stop.signal);
  };
  let looking: Promise<void> | undefined;
  const begin = (): void => {
    looking ??= look()
      .catch((error: unknown) => tell(`The forges could not be looked at: ${reasonOf(error)}`))
      .finally(() => (looking = undefined));
  };
  begin();
  const timer = setInterval(begin, everyMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stop.abort();
      await looking;
      await held?.release();
    },
  };
}

interface SweptRepository {
  readonly forge: Forge & Sweep;
  readonly repository: string;
  /** Identities that were heard of already. */
  readonly seen: Set<string>;
}

async function sweepRepository(tools: OperationTools, { forge, repository, seen }: SweptRepository): Promise<void> {
  const { deliveries, pullRequests } = tools.ledger;
  const begun = tools.clock.now();
  const until = await deliveries.sweptUntil(forge.name, repository);
  const since = until === undefined ? begun - firstLookBackMs : until - overlapMs;
  const watched = (await pullRequests.open(forge.name, repository)).map(({ number }) => number);
  const keyOf = (identity: string): string => `${forge.name} ${identity}`;
  const isKnown = (identity: string): boolean => seen.has(keyOf(identity));
  const labelled = until === undefined ? await forge.labelled(repository, forgeSettings(tools).label) : [];
  for (const event of [...labelled, ...(await forge.missed(repository, since, watched, isKnown))]) {
    if (isKnown(event.identity)) continue;
    const heard = await receiveEvent(tools, event);
    // What is nobody's now may be ours when it is looked at next.
    if (heard.kind === 'nothing' && heard.reason === 'not-ours') continue;
    if (seen.size >= mostSeen) seen.clear();
    seen.add(keyOf(event.identity));
  }
  await deliveries.saveSwept(forge.name, repository, begun);
}

function wanted(tools: OperationTools, forge: string, repositories: readonly string[]): readonly string[] {
  const only = forgeSettings(tools).github.repositories.map((name) => name.toLowerCase());
  return forge !== 'github' || only.length === 0 ? repositories : repositories.filter((name) => only.includes(name.toLowerCase()));
}

function reasonOf(error: unknown): string {
  const said = error instanceof Failure ? `${error.text.what} ${error.text.fix}` : error instanceof Error ? error.message : String(error);
  return visibleText(said.slice(0, 1_000)).text;
}
