import { DeployRefused } from '../../../ports/deployer.ts';
import type { ChangeOfTarget, Deployer, KnownRelease } from '../../../ports/deployer.ts';
import { fenceRecord } from '../fence-record.ts';
import { openKeeper } from '../process/open-keeper.ts';
import type { LocalTargetSettings } from '../target-settings.ts';
import { runScript } from './run-script.ts';
import { readChanged, readStatus } from './script-contract.ts';
import type { ChangeQuestion, StatusAnswer } from './script-contract.ts';

/**
 * A target that programs of the user deploy to. They know what serves, and under which fence; all that brings a release there is one question, to
 * `deploy`, or to `rollback` where a later release serves. Hooks run on this machine, in the folder of the release.
 */
export function createCommandDeployer(settings: LocalTargetSettings<'command'>): Deployer {
  const { environment, folder, nodePath, hidden } = settings;
  const record = fenceRecord(folder);
  const keeper = openKeeper({ folder, nodePath, stopMs: 10_000, hidden });

  const ask = async (signal: AbortSignal): Promise<StatusAnswer> =>
    readStatus(await runScript(settings, { action: 'status', environment }, { signal }));
  const under = async <Value>(change: ChangeOfTarget, make: (found: StatusAnswer) => Promise<Value>): Promise<Value> =>
    await record.change(change, () => ask(change.signal), make);

  const bring = async (release: ChangeQuestion['release'], change: ChangeOfTarget, { serving }: StatusAnswer): Promise<void> => {
    const action = serving !== null && serving.release > release.number ? 'rollback' : 'deploy';
    const { fence, isSecond = false } = change;
    const question = { action, environment, release, fence, isSecond, previous: serving } as const;
    const answer = readChanged(action, await runScript(settings, question, change));
    if (!answer.ok) throw new DeployRefused(`The program of \`${action}\` answered: ${answer.reason}`);
    const now = await ask(change.signal);
    if (now.serving?.release === release.number && now.fence >= change.fence) return;
    throw new DeployRefused(
      `The program of \`${action}\` answered that all went well, but \`status\` says that ${now.serving === null ? 'nothing' : `r${now.serving.release}`} serves, under fence ${now.fence}; expected was r${release.number} under fence ${change.fence}.`,
    );
  };

  const isThere = ({ number, commit }: KnownRelease, { serving, fence }: StatusAnswer, change: ChangeOfTarget): boolean =>
    serving?.release === number && serving.commit === commit && fence >= change.fence;

  return {
    place: (_release, change) => under(change, () => Promise.resolve()),
    hook: (release, { key, command, timeoutMs }, change) =>
      under(change, async () => {
        const { number, commit, folder: place } = release;
        const variables = { ...release.environment, MIYABI_RELEASE: String(number), MIYABI_COMMIT: commit };
        const program = { release: number, commit, folder: place, environment: variables, command, key, timeoutMs };
        return await keeper.hook(program, change.fence, change.signal);
      }),
    start: (_release, change) => under(change, () => Promise.resolve(false)),
    serve: (release, change) =>
      under(change, async (found) => {
        if (!isThere(release, found, change)) await bring(release, change, found);
      }),
    serveAsItIs: ({ number, commit }, change) =>
      under(change, async (found) => {
        if (isThere({ number, commit }, found, change)) return true;
        const canServe = found.running.some((one) => one.release === number && one.canServe);
        if (canServe) await bring({ number, commit }, change, found);
        return canServe;
      }),
    retire: (_keep, change) => under(change, () => Promise.resolve()),
    async status(signal) {
      const { serving, fence, running, url } = await ask(signal);
      const isTold = serving === null || running.some(({ release }) => release === serving.release);
      const known = isTold ? running : [...running, { release: serving.release, url: undefined, exits: undefined }];
      return {
        fence: Math.max(fence, await record.seen()),
        serving: serving ?? undefined,
        running: known.map((one) => ({ release: one.release, url: one.url, exits: one.exits })),
        url,
      };
    },
    traffic: () => Promise.resolve(undefined),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
