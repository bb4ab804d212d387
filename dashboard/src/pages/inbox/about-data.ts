/** What a question is about is small data whose shape is its kind's own: what is known of it is read out, everything else is shown as it is. */

/** A task of a plan that is asked about. */
export interface AboutTask {
  readonly id: string;
  readonly title: string;
  readonly after: readonly string[];
  readonly minutes: number | undefined;
}

/** A world that could be taken. */
export interface AboutWorld {
  readonly world: string;
  readonly summary: string;
  readonly against: readonly string[];
  /** Points of 100. */
  readonly score: number | undefined;
  /** Lines added plus removed. */
  readonly lines: number | undefined;
}

/** A fact with its name. */
export type AboutFact = readonly [name: string, value: string];

export interface About {
  readonly tasks: readonly AboutTask[];
  readonly worlds: readonly AboutWorld[];
  readonly facts: readonly AboutFact[];
}

type Data = Readonly<Record<string, unknown>>;

/** @param about as a question has it in its context. */
export function readAbout(about: unknown): About {
  if (Array.isArray(about)) return { tasks: [], worlds: about.flatMap(worldOf), facts: [] };
  if (!isData(about)) return { tasks: [], worlds: [], facts: about === undefined ? [] : [['about', inWords(about)]] };
  const { plan, ...rest } = about;
  const tasks = Array.isArray(plan) ? plan.flatMap(taskOf) : [];
  return { tasks, worlds: [], facts: factsOf(rest) };
}

function factsOf(data: Data): readonly AboutFact[] {
  return Object.entries(data).flatMap(([name, value]): readonly AboutFact[] => {
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    return [[spaced(name), inWords(value)]];
  });
}

/** `criticalPath` as `critical path`. */
function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ');
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ');
  if (isData(value) && Object.values(value).every((each) => typeof each === 'number' || each === null))
    return Object.entries(value)
      .map(([name, each]) => `${spaced(name)} ${typeof each === 'number' ? String(each) : 'n/a'}`)
      .join(', ');
  return JSON.stringify(value, undefined, 2);
}

function taskOf(value: unknown): readonly AboutTask[] {
  if (!isData(value) || typeof value['id'] !== 'string' || typeof value['title'] !== 'string') return [];
  return [{ id: value['id'], title: value['title'], after: strings(value['after']), minutes: number(value['estimatedMinutes']) }];
}

function worldOf(value: unknown): readonly AboutWorld[] {
  if (!isData(value) || typeof value['world'] !== 'string') return [];
  const summary = typeof value['summary'] === 'string' ? value['summary'] : '';
  return [
    {
      world: value['world'],
      summary,
      against: strings(value['against']),
      score: number(value['score']),
      lines: number(value['lines']),
    },
  ];
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
