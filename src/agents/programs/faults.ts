import type { AgentReport } from '../../ports/agent.ts';

/** What a program says of a request to its model that failed. */
export interface SaidFailure {
  /** Of HTTP, where it says it. */
  readonly status: number | undefined;
  readonly text: string;
}

/** What that amounts to, as {@link AgentReport} has it; judged by the status, and by the words where there is none. */
export function endByFailure(failure: SaidFailure): AgentReport['end'] {
  const text = withoutAddress(failure.text);
  const status = failure.status ?? statusIn(text);
  const reason = text.trim().slice(0, 1_000) || 'It did not say why.';
  if (status === 402 || ourBudget.test(text)) return { kind: 'limit', limit: 'cost', reason };
  return { kind: 'failed', fault: faultOf(status, text), reason };
}

/** Our own words for a budget that is used up: not every program tells the status. */
const ourBudget = /budget of this (?:world|task|run|month)/i;

type Fault = Extract<AgentReport['end'], { kind: 'failed' }>['fault'];

/** The first that fits, most telling first. Words of Claude Code, of Codex, of providers (`model: <name>` is all that Anthropic says) and our own. */
const byWords: ReadonlyArray<readonly [RegExp, Fault]> = [
  [/no key|not logged in|login/i, 'no-key'],
  [/invalid.{0,20}api.?key|incorrect api key|authentication/i, 'wrong-key'],
  [
    /model.{0,80}(?:does not exist|not found|not supported)|unknown model|issue with the selected model|^(?:Internal error: )?model: \S+/i,
    'unknown-model',
  ],
  [/used up|quota|credit balance|billing|spend limit/i, 'account-used-up'],
  [/ECONN|ENOTFOUND|EAI_AGAIN|network|connection (?:failed|refused|reset|error)|error sending request|timed? ?out/i, 'network'],
  [/JSON|pars(?:e|ing)|malformed|stream (?:disconnected|closed|ended)/i, 'bad-answer'],
];

function faultOf(status: number | undefined, text: string): Fault {
  const told = byWords.find(([words]) => words.test(text))?.[1];
  if (status === 401 || status === 403) return told === 'no-key' ? told : 'wrong-key';
  if (status === 404) return 'unknown-model';
  if (status === 429) return told === 'account-used-up' ? told : 'provider';
  if (status !== undefined && status >= 500) return 'provider';
  return told ?? (/overloaded|rate.?limit|server error|unavailable/i.test(text) ? 'provider' : 'other');
}

/** The address is that of the gateway, with the secret by which the world is known to it. */
export function withoutAddress(text: string): string {
  return text.replaceAll(/,? ?(?:url: )?https?:\/\/127\.0\.0\.1[^\s)]*/g, '');
}

function statusIn(text: string): number | undefined {
  const [, status] = /(?:status:?|API Error:|rejected \()\s*(\d{3})\b/i.exec(text) ?? [];
  return status === undefined ? undefined : Number(status);
}
