import { randomBytes } from 'node:crypto';
import { mentionedFiles } from '../domain/analysis.ts';
import { grouped } from '../domain/grouped.ts';
import type { CommitId } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import { visibleText, withoutInvisible } from '../domain/visible-text.ts';
import type { PlanTask } from '../domain/plan.ts';
import { repositoryMap, sourcesNear } from '../domain/repository-map.ts';
import type { AgentChoice } from '../domain/world.ts';
import type { Background } from '../ports/agent.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { keptValue } from './kept.ts';
import { openMirror } from './open-mirror.ts';
import { similarRuns } from './similar-runs.ts';
import type { AgentPayload } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Limits of what agents are told, in characters. */
const most = { guide: 20_000, guides: 60_000, mentionedFile: 16_000, mentioned: 96_000, map: 12_000, issue: 65_536 } as const;
/** Files beyond this are not looked into at all, in bytes. */
const largestFile = 2_000_000;
/** Sources whose exports are read for the map, at most, and how long each and all together may be. */
const sources = { count: 60, each: 100_000, together: 1_000_000 } as const;

type Text = { readonly path: string; readonly text: string };
type Tools = Pick<WorkflowTools, 'git' | 'ledger' | 'state' | 'knowledge' | 'redact'>;
type Context = Pick<TaskContext<unknown>, 'jobId' | 'attributes' | 'progress'>;

/** Whether an agent reads what is gathered: a search and a command know only the task and its files of context. */
export function readsBackground({ name }: AgentChoice): boolean {
  return name !== 'repair' && name !== 'command';
}

/**
 * Everything that agents are told beside their task, for all worlds of a plan task at once. It is read from the commit that they start from,
 * in our own mirror: what a world writes tells another one nothing. Of the repository nothing is read where no agent would read it.
 */
export async function gatherBackground(
  tools: Tools,
  context: Context,
  { base, planTask, agents }: { readonly base: CommitId; readonly planTask: PlanTask; readonly agents: readonly AgentChoice[] },
): Promise<Background> {
  const run = runOf(context);
  const issue = cut(visibleText(issueText(run.issue)).text, most.issue);
  if (!agents.some(readsBackground)) {
    const similar = await similarRuns(tools, context, planTask.files ?? []);
    const rest = { issue, guides: [], mentioned: [], map: '', similar };
    return { ...rest, fence: fenceUnlike(JSON.stringify(rest)) };
  }
  const mirror = await openMirror(tools, context);
  const files = await mirror.listFiles(base);
  const similar = await similarRuns(tools, context, files);
  const named = new Set([...(planTask.files ?? []), ...mentionedFiles(`${planTask.title}\n${planTask.instructions}`, files)]);
  const near = files.filter((path) => named.has(path));
  const rest = {
    issue,
    guides: fitting(
      once(await readTexts(mirror, base, guidePaths(files, near), (text) => visibleText(text).text)),
      most.guide,
      most.guides,
    ),
    mentioned: fitting(await readTexts(mirror, base, near, withoutInvisible), most.mentionedFile, most.mentioned),
    map: repositoryMap({ files, near, exports: await exportsNear(mirror, base, sourcesNear(files, near, sources.count)), most: most.map }),
    similar,
  };
  return { ...rest, fence: fenceUnlike(JSON.stringify(rest)) };
}

/** What a world's agent is told: what was gathered for all worlds of its task. Payloads of versions before there was any have none. */
export async function backgroundOf(tools: Tools, context: TaskContext<AgentPayload>, planTask: PlanTask): Promise<Background> {
  const { background, base, world } = context.payload;
  if (background !== undefined) return await keptValue(tools, background);
  return await gatherBackground(tools, context, { base, planTask, agents: [world.agent] });
}

/**
 * Stands around untrusted text. Made only once all the texts are there, so that nobody who wrote one of them could know it, and kept with the
 * rest, so that a world that starts again is asked the same.
 */
export function fenceUnlike(texts: string): string {
  for (;;) {
    const fence = randomBytes(9).toString('base64url');
    if (!texts.includes(fence)) return fence;
  }
}

/** An issue as one text. */
export function issueText({ title, body }: Issue): string {
  return `# ${title}\n\n${body}\n`;
}

/** What the repository tells agents: at its top, in the folders of what the task names (the nearest last), and prompts for agents of its own. */
function guidePaths(files: readonly string[], near: readonly string[]): readonly string[] {
  const there = new Set(files);
  const top = ['AGENTS.md', 'CLAUDE.md', 'GEMINI.md', '.github/copilot-instructions.md', '.cursorrules'];
  const nested = new Set(near.flatMap(foldersAbove).map((folder) => `${folder}AGENTS.md`));
  const prompts = files.filter((path) =>
    /^(?:\.claude\/agents|\.github\/agents|\.codex\/prompts|\.miyabi\/prompts)\/[^/]+\.md$/.test(path),
  );
  return [...top, ...[...nested].toSorted(), ...prompts].filter((path) => there.has(path));
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}

/** Only regular files that are text. */
async function readTexts(
  mirror: Mirror,
  base: CommitId,
  paths: readonly string[],
  clean: (text: string) => string,
): Promise<readonly Text[]> {
  const read = await mirror.readFiles(base, paths, largestFile);
  return paths.flatMap((path) => {
    const raw = read.get(path);
    if (raw === undefined || raw.includes('\0')) return [];
    const text = clean(raw);
    return text.trim() === '' ? [] : [{ path: withoutInvisible(path).replaceAll(/\s/g, ' '), text }];
  });
}

/** The same text under several names, as `CLAUDE.md` and `AGENTS.md` often are, is told once. */
function once(texts: readonly Text[]): readonly Text[] {
  return [...new Map(texts.toReversed().map((one) => [one.text, one])).values()].toReversed();
}

/** Each at most so long, all together too: what comes first has the first claim. */
function fitting(texts: readonly Text[], each: number, together: number): readonly Text[] {
  let left = together;
  return texts.flatMap(({ path, text }) => {
    const shown = cut(text, Math.min(each, left));
    left -= shown.length;
    return shown === '' ? [] : [{ path, text: shown }];
  });
}

/** @returns nothing where not even the note that something is missing has room. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const note = `\n[cut: ${grouped(text.length)} characters in all]\n`;
  return length <= note.length ? '' : `${text.slice(0, length - note.length).replace(/[\uD800-\uDBFF]$/u, '')}${note}`;
}

async function exportsNear(mirror: Mirror, base: CommitId, paths: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const exports = new Map<string, readonly string[]>();
  if (paths.length === 0) return exports;
  // The parser is large, and not every project has such sources.
  const [read, { exportsOf }] = await Promise.all([mirror.readFiles(base, paths, sources.each), import('../evaluation/source/exports.ts')]);
  let left = sources.together;
  for (const path of paths) {
    const text = read.get(path);
    if (text === undefined || text.length > left) continue;
    left -= text.length;
    const found = exportsOf(text, path);
    if (found !== undefined) exports.set(path, [...found.keys()]);
  }
  return exports;
}
