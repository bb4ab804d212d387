import type { Config } from '../../domain/config.ts';
import type { FailureText } from '../../domain/failure.ts';
import { Failure } from '../../domain/failure.ts';
import type { Forges } from '../../ports/forge.ts';
import type { Finding } from './finding.ts';
import type { OperationTools } from '../tools.ts';

const github = 'github';

/** Whether each forge that is configured could be used, and how it tells what happens there. Asks no forge anything. */
export async function forgeFindings(forges: Forges, config: Config['forge']): Promise<readonly Finding[]> {
  if (forges.names.length === 0) {
    const detail = `none: no token in ${config.github.tokenVariable}, no App, and no folder in forge.local. Issues are given as a text or a file`;
    return [{ name: 'Forges', status: 'ok', detail, fix: '' }];
  }
  return await Promise.all(forges.names.map(async (name) => await forgeFinding(forges, config, name)));
}

async function forgeFinding(forges: Forges, config: Config['forge'], name: string): Promise<Finding> {
  const title = `Forge ${name}`;
  try {
    await forges.open(name);
  } catch (error) {
    const { what, why, fix } = textOf(error);
    return { name: title, status: 'failure', detail: `${what} ${why}`, fix };
  }
  const detail = name === github ? `${asWhom(config)}; ${await howItTells(forges, config)}` : `${config.local[name]}; ${looks(config)}`;
  return { name: title, status: 'ok', detail, fix: '' };
}

function asWhom({ github: { api, appId, tokenVariable } }: Config['forge']): string {
  return `${api} as ${appId === undefined ? `whoever the token in ${tokenVariable} is of` : `App ${appId}`}; not asked now`;
}

async function howItTells(forges: Forges, config: Config['forge']): Promise<string> {
  const readers = await forges.readers();
  const variable = config.github.webhookSecretVariable;
  return readers.some(({ forge }) => forge === github)
    ? `webhooks are received that are signed with the secret in ${variable}`
    : `no secret in ${variable}, so no webhook is received and ${looks(config)}`;
}

function looks({ sweepSeconds }: Config['forge']): string {
  return `a service looks every ${sweepSeconds} s`;
}

/** Whether each way to tell people that is configured could be used. Sends nothing. */
export async function channelFindings(open: OperationTools['channel'], { channels }: Config['notify']): Promise<readonly Finding[]> {
  return await Promise.all(
    Object.entries(channels).map(async ([name, { kind, atLeast }]): Promise<Finding> => {
      const title = `Channel ${name}`;
      try {
        await open(name);
      } catch (error) {
        // Runs go on without: nobody is told this way.
        const { why, fix } = textOf(error);
        return { name: title, status: 'warning', detail: why, fix };
      }
      return { name: title, status: 'ok', detail: `${kind}, for ${atLeast} and above; nothing was sent`, fix: '' };
    }),
  );
}

/** What a person can do about it. @throws anything that nobody can mend. */
function textOf(error: unknown): FailureText {
  if (error instanceof Failure) return error.text;
  throw error;
}
