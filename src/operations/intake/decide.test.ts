import { expect, it } from 'vitest';
import type { ForgeEvent } from '../../domain/forge-event.ts';
import type { ForgeIssue, ForgeUser } from '../../domain/forge.ts';
import { decide } from './decide.ts';
import type { IntakeSettings } from './decide.ts';
import { intentSchema } from './intent.ts';

const settings: IntakeSettings = { label: 'miyabi', startOn: 'label', github: { repositories: [] } };
const ann: ForgeUser = { id: '7', login: 'ann', isBot: false };
const bot: ForgeUser = { id: '8', login: 'helper[bot]', isBot: true };
const issue: ForgeIssue = {
  number: 12,
  title: 'Wrong total',
  body: '',
  author: ann,
  labels: ['miyabi'],
  state: 'open',
  url: 'https://example.org/1',
  createdAt: 1_000,
  updatedAt: 2_000,
};
const common = { forge: 'github', repository: 'owner/name', identity: 'one', sender: ann as ForgeUser | undefined };

function issueEvent(
  action: Extract<ForgeEvent, { kind: 'issue' }>['action'],
  more: { label?: string; sender?: ForgeUser } = {},
): ForgeEvent {
  return { ...common, kind: 'issue', action, issue, label: undefined, ...more };
}

function comment(body: string, author = ann): ForgeEvent {
  const written = { id: '55', author, body, url: '', createdAt: 1 };
  return { ...common, kind: 'comment', issue: 12, isPullRequest: false, comment: written, sender: author };
}

function intentOf(event: ForgeEvent, more: Partial<IntakeSettings> = {}): unknown {
  const decided = decide(event, { ...settings, ...more });
  return decided.kind === 'nothing' ? decided.reason : intentSchema.parse(decided.intent);
}

it('starts by the label that is configured, in whatever case, and by nothing else unless told so', () => {
  const start = { do: 'start', number: 12, trigger: 'label', by: ann, at: 2_000 };
  expect(intentOf(issueEvent('labeled', { label: 'Miyabi' }))).toEqual(start);
  expect(intentOf({ ...issueEvent('labeled', { label: 'miyabi' }), at: 1_500 })).toEqual({ ...start, at: 1_500 });
  expect(intentOf(issueEvent('labeled', { label: 'bug' }))).toBe('label');
  // With the label on it already: who opened it has put it on.
  expect(intentOf(issueEvent('opened'))).toEqual({ ...start, at: 1_000 });
  expect(intentOf({ ...issueEvent('opened'), issue: { ...issue, labels: ['bug'] } } as ForgeEvent)).toBe('action');
  expect(intentOf(issueEvent('opened'), { startOn: 'opened' })).toEqual({ ...start, trigger: 'opened', at: 1_000 });
  expect(intentOf(issueEvent('edited'))).toBe('action');
  expect(intentOf(issueEvent('reopened'))).toBe('action');
});

it('starts nothing for programs, for nobody, and for what we wrote', () => {
  expect(intentOf(issueEvent('labeled', { label: 'miyabi', sender: bot }))).toBe('bot');
  expect(intentOf({ ...issueEvent('labeled', { label: 'miyabi' }), sender: undefined })).toBe('sender');
  const ours = { ...issueEvent('labeled', { label: 'miyabi' }), issue: { ...issue, body: 'x <!-- miyabi:run_1:plan -->' } } as ForgeEvent;
  expect(intentOf(ours)).toBe('own');
  expect(intentOf(comment('/miyabi run', bot))).toBe('bot');
  expect(intentOf(comment('/miyabi run\n<!-- miyabi:run_1:plan -->'))).toBe('own');
  const review = { ...common, kind: 'review', number: 3, body: '' } as const;
  expect(intentOf({ ...review, state: 'approved', sender: bot })).toBe('bot');
});

it('stops when the label is taken off, and when the issue is closed, deleted or moved away', () => {
  expect(intentOf(issueEvent('unlabeled', { label: 'miyabi' }))).toEqual({ do: 'stop', number: 12, why: 'unlabeled', by: ann });
  expect(intentOf(issueEvent('unlabeled', { label: 'bug' }))).toBe('label');
  for (const why of ['closed', 'deleted', 'transferred'] as const)
    expect(intentOf({ ...issueEvent(why), sender: undefined })).toEqual({ do: 'stop', number: 12, why });
});

it('hears commands, and says of others that they are none', () => {
  const told = { do: 'obey', number: 12, isPullRequest: false, comment: '55', by: ann, at: 1 };
  expect(intentOf(comment('/miyabi approve beta fine'))).toEqual({ ...told, verb: 'approve', world: 'beta', reason: 'fine' });
  expect(intentOf(comment('/miyabi dance'))).toEqual(told);
  expect(intentOf(comment('Nice!'))).toBe('comment');
});

it('has runs look again at what changed', () => {
  const head = { branch: 'b', commit: 'c' };
  const wake = (of: object, because: string) => ({ do: 'wake', of, because });
  expect(intentOf({ ...common, kind: 'pull-request', action: 'merged', number: 3, head })).toEqual(
    wake({ kind: 'pull-request', number: 3 }, 'pull request merged'),
  );
  expect(intentOf({ ...common, kind: 'checks', commit: 'abc' })).toEqual(wake({ kind: 'commit', commit: 'abc' }, 'checks'));
  expect(intentOf({ ...common, kind: 'push', branch: 'main', to: 'abc' })).toEqual(wake({ kind: 'branch', branch: 'main' }, 'push'));
  const review = { ...common, kind: 'review', number: 3, body: '' } as const;
  expect(intentOf({ ...review, state: 'approved' })).toEqual({ do: 'approve', number: 3, by: ann });
  expect(intentOf({ ...review, state: 'changes-requested' })).toEqual(wake({ kind: 'pull-request', number: 3 }, 'changes requested'));
  expect(intentOf({ ...review, state: 'commented' })).toBe('review');
});

it('keeps to the repositories that are configured, and leaves those it was let into no longer', () => {
  const others = { github: { repositories: ['Owner/Other'] } };
  expect(intentOf(comment('/miyabi run'), others)).toBe('repository');
  expect(intentOf(comment('/miyabi run'), { github: { repositories: ['OWNER/name'] } })).toMatchObject({ verb: 'run' });
  expect(intentOf({ ...comment('/miyabi run'), forge: 'here' }, others)).toMatchObject({ verb: 'run' });
  const installation = { ...common, kind: 'installation', repositories: ['owner/name'] } as const;
  expect(intentOf({ ...installation, action: 'removed' })).toEqual({ do: 'leave', repositories: ['owner/name'] });
  expect(intentOf({ ...installation, action: 'added' })).toBe('installation');
});
