import type { Config } from '../../domain/config.ts';
import { noticesGroup } from '../../domain/job-groups.ts';
import type { JobId } from '../../domain/ids.ts';
import { channelNeed } from '../../domain/needs.ts';
import { isMeantFor } from '../../domain/notice.ts';
import type { Notice } from '../../domain/notice.ts';
import { followEvents } from '../follow-events.ts';
import type { OperationTools } from '../tools.ts';
import { noticeOf } from './notice-of-event.ts';
import { tellQuestion } from './tell-question.ts';
import { mostTries, sendNoticeType } from './send-notice.ts';

/**
 * Has people told of what concerns them, as long as it is not disposed: for each notice and each way that is configured for it a job of its own, of
 * which there is one however many services follow. Questions of a run at a forge are told at its issue too.
 *
 * @param submitted is given the jobs, for who has to carry them.
 */
export function followNotices(
  tools: Pick<OperationTools, 'engine' | 'ledger' | 'clock' | 'redact' | 'forges'>,
  { channels }: Config['notify'],
  { tell, submitted }: { readonly tell: (text: string) => void; readonly submitted?: (jobId: JobId) => void },
): AsyncDisposable | undefined {
  if (Object.keys(channels).length === 0 && tools.forges.names.length === 0) return undefined;
  return followEvents(tools, {
    name: 'notices',
    tell,
    async read(event) {
      const asked = await tellQuestion(tools, event);
      if (asked !== undefined) submitted?.(asked.jobId);
      const found = await noticeOf(tools.engine, event);
      if (found === undefined) return asked !== undefined;
      // Titles are strangers' words, and reasons may repeat what a program has printed: none of it leaves with a secret in it.
      const notice: Notice = { ...found, title: tools.redact(found.title).text, text: tools.redact(found.text).text };
      for (const [channel, wanted] of Object.entries(channels)) {
        if (!isMeantFor(notice, wanted)) continue;
        const { jobId } = await submit(tools, channel, notice);
        submitted?.(jobId);
      }
      return true;
    },
  });
}

async function submit({ engine }: Pick<OperationTools, 'engine'>, channel: string, notice: Notice) {
  return await engine.submit({
    title: `${channel}: ${notice.title}`,
    groupKey: noticesGroup,
    idempotencyKey: `notice:${channel}:${notice.id}`,
    tasks: [
      {
        type: sendNoticeType.name,
        key: 'send',
        payload: { channel, notice },
        budget: { attempts: mostTries },
        concurrencyKey: `notice:${channel}`,
        needs: [channelNeed(channel)],
      },
    ],
  });
}
