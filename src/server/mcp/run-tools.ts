import { z } from 'zod';
import { readDiff } from '../../domain/api/diff.ts';
import { runParams } from '../../domain/api/parameters.ts';
import { cancelRun, listRuns, readRun, startRun } from '../../domain/api/runs.ts';
import { displayId } from '../../domain/ids.ts';
import { explainRun } from '../../operations/explain.ts';
import { findRun } from '../../operations/find-run.ts';
import { waitForRest } from '../../operations/wait-for-rest.ts';
import type { AgentTool } from './tool.ts';
import { data, defineTool, words } from './tool.ts';
import type { TalkingTools } from './talking-tools.ts';

/** Longer waits would outlast what clients wait for an answer. */
const longestWaitSeconds = 50;
/** Longer changes are cut; in characters. */
const longestPatch = 60_000;

const { run } = runParams.shape;
const started = z.object({ run: z.string() });

/** What begins, watches, explains and ends runs. */
export function runTools({ tools, ask, cwd, carry }: TalkingTools): readonly AgentTool[] {
  const { shape } = startRun.body;
  return [
    defineTool({
      name: 'start_run',
      title: 'Start a run',
      description:
        'Begins to carry an issue to a verified change: each task is tried in parallel worlds, judged by what its code does, and the best becomes the branch miyabi/<run>. Answers at once with the id of the run; it goes on for minutes, see run_status. It never changes the files of the working tree.',
      input: z.object({
        text: z
          .string()
          .optional()
          .meta({ description: 'What is wrong or wanted, in Markdown; its first line is the title. Either this or `reference`.' }),
        reference: z.string().optional().meta({ description: 'An issue of a forge, such as owner/name#12 or its address.' }),
        repository: shape.repository.meta({
          description: `For a text: the absolute path of a folder, or the address of a remote; ${cwd} by default.`,
        }),
        base: shape.base,
        worlds: shape.worlds,
        budgetUsd: shape.budgetUsd,
      }),
      hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
      call: async ({ text, reference, repository, ...rest }) => {
        const issue = reference === undefined ? { text: text ?? '' } : { reference };
        const place = reference === undefined ? { repository: repository ?? cwd } : {};
        const answer = await ask(startRun, { body: { ...rest, ...place, issue } });
        await carry(started.parse(answer).run);
        return data(answer);
      },
    }),
    defineTool({
      name: 'list_runs',
      title: 'Runs',
      description: 'The newest runs with their state, cost and what they wait for.',
      input: z.object({ open: listRuns.query.shape.open, limit: z.int().min(1).max(50).default(10) }),
      hints: { readOnlyHint: true },
      call: async (query) => data(await ask(listRuns, { query })),
    }),
    defineTool({
      name: 'run_status',
      title: 'How a run stands',
      description:
        'A run with what it has come to so far: its worlds with their scores, the branch, the pull request, the deployments, and the questions that wait for a person. With `waitSeconds` it answers as soon as the run has ended or asks something.',
      input: z.object({
        run,
        waitSeconds: z.int().min(0).max(longestWaitSeconds).default(0).meta({ description: 'How long to wait for it to come to rest.' }),
      }),
      hints: { readOnlyHint: true },
      call: async ({ run: wanted, waitSeconds }, { mcpReq }) => {
        const job = await findRun(tools.engine, wanted);
        if (waitSeconds > 0) await waitForRest(tools, job.id, AbortSignal.any([mcpReq.signal, AbortSignal.timeout(waitSeconds * 1_000)]));
        return data(await ask(readRun, { params: { run: displayId('run', job.id) } }));
      },
    }),
    defineTool({
      name: 'explain_run',
      title: 'Why the winner won',
      description:
        'In words, as it was recorded when the choice was made: who won and why, why not the others, who passed whose tests, where their answers differ.',
      input: z.object({ run }),
      hints: { readOnlyHint: true },
      call: async ({ run: wanted }) => words(await explainRun(tools, await findRun(tools.engine, wanted))),
    }),
    defineTool({
      name: 'show_diff',
      title: 'The change of a world',
      description: 'As a unified diff against the base; of the winner where no world is named, or between two worlds.',
      input: z.object({ run, ...readDiff.query.shape }),
      hints: { readOnlyHint: true },
      call: async ({ run: wanted, ...query }) => {
        const { patch } = z.object({ patch: z.string() }).parse(await ask(readDiff, { params: { run: wanted }, query }));
        const left = patch.length - longestPatch;
        return words(
          left <= 0 ? patch : `${patch.slice(0, longestPatch)}\n[${left} characters more: \`miyabi diff ${wanted}\` shows all]\n`,
        );
      },
    }),
    defineTool({
      name: 'cancel_run',
      title: 'End a run',
      description: 'Starts nothing new of a run and stops its agents. What it has recorded stays.',
      input: z.object({ run, reason: z.string().max(2_000).optional() }),
      hints: { readOnlyHint: false, destructiveHint: true },
      call: async ({ run: wanted, ...body }) => data(await ask(cancelRun, { params: { run: wanted }, body })),
    }),
  ];
}
