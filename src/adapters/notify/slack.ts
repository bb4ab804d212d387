import type { Notice } from '../../domain/notice.ts';
import type { Notifier } from '../../ports/notifier.ts';
import { post } from './post.ts';
import type { PostTarget } from './post.ts';

/** An incoming webhook of Slack, or of whatever understands its messages. */
export function slackNotifier(name: string, target: PostTarget): Notifier {
  return {
    name,
    send: async (notice, _key, signal) =>
      await post(target, { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(slackMessage(notice)), signal),
  };
}

/** A message in blocks; `text` is what is read where blocks are not shown. Nothing foreign is markup, names nobody and links nowhere. */
export function slackMessage(notice: Notice): unknown {
  const title = plainForSlack(notice.title);
  const where = [
    notice.priority,
    notice.run,
    ...(notice.url === undefined ? [] : [`<${plainForSlack(notice.url).replaceAll('|', '%7C')}|issue>`]),
  ];
  return {
    text: title,
    unfurl_links: false,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${title}*`, verbatim: true } },
      { type: 'section', text: { type: 'plain_text', text: notice.text.slice(0, 2_900) || '-' } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: where.join(' · '), verbatim: true }] },
    ],
  };
}

/** The three characters that Slack gives a meaning, and those of its markup, which a zero-width space takes their meaning from. */
function plainForSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_~`]/g, (mark) => `\u200b${mark}\u200b`);
}
