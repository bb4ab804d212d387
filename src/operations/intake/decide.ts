import type { Config } from '../../domain/config.ts';
import { readCommand } from '../../domain/forge-command.ts';
import type { ForgeEvent } from '../../domain/forge-event.ts';
import { isOurs } from '../../domain/forge.ts';
import type { Intent } from './intent.ts';

/** What is configured of forges, as far as it matters here. */
export type IntakeSettings = Pick<Config['forge'], 'label' | 'startOn'> & {
  readonly github: Pick<Config['forge']['github'], 'repositories'>;
};

export type Decided =
  | { readonly kind: 'intent'; readonly intent: Intent }
  /** Nothing is asked of us; `reason` is one of a few short words. */
  | { readonly kind: 'nothing'; readonly reason: string };

/**
 * What an event asks of us, by what it says alone. Who may ask for it and whether it still holds is found out by whoever does it: events come
 * late, twice and in any order.
 */
export function decide(event: ForgeEvent, settings: IntakeSettings): Decided {
  if (event.kind === 'installation') {
    const { action, repositories } = event;
    // Those that were added are found by the next sweep.
    return action === 'removed' && repositories.length > 0 ? to({ do: 'leave', repositories: [...repositories] }) : nothing('installation');
  }
  if (!isWanted(event, settings.github.repositories)) return nothing('repository');
  switch (event.kind) {
    case 'issue':
      return ofIssue(event, settings);
    case 'comment':
      return ofComment(event);
    case 'pull-request':
      return wake({ kind: 'pull-request', number: event.number }, `pull request ${event.action}`);
    case 'review':
      return ofReview(event);
    case 'checks':
      return wake({ kind: 'commit', commit: event.commit }, 'checks');
    case 'push':
      return wake({ kind: 'branch', branch: event.branch }, 'push');
  }
}

type EventOf<Kind extends ForgeEvent['kind']> = Extract<ForgeEvent, { readonly kind: Kind }>;

function ofIssue({ action, issue, label, sender, at: when }: EventOf<'issue'>, settings: IntakeSettings): Decided {
  const isTrigger = label !== undefined && label.toLowerCase() === settings.label.toLowerCase();
  switch (action) {
    case 'labeled':
      return isTrigger ? start('label') : nothing('label');
    case 'opened':
      if (settings.startOn === 'opened') return start('opened');
      // Not every forge tells of a label that it was opened with by an event of its own; where one does, both are one.
      return issue.labels.some((each) => each.toLowerCase() === settings.label.toLowerCase())
        ? start('label', issue.createdAt)
        : nothing('action');
    case 'unlabeled':
      return isTrigger ? stop('unlabeled') : nothing('label');
    case 'closed':
    case 'deleted':
    case 'transferred':
      return stop(action);
    case 'edited':
    case 'reopened':
      return nothing('action');
  }

  function start(trigger: 'label' | 'opened', since = trigger === 'label' ? issue.updatedAt : issue.createdAt): Decided {
    if (sender === undefined) return nothing('sender');
    if (sender.isBot) return nothing('bot');
    if (isOurs(issue.body)) return nothing('own');
    const at = Math.round(when ?? since);
    return to({ do: 'start', number: issue.number, trigger, by: sender, at });
  }

  function stop(why: 'unlabeled' | 'closed' | 'deleted' | 'transferred'): Decided {
    return to({ do: 'stop', number: issue.number, why, ...(sender === undefined ? {} : { by: sender }) });
  }
}

function ofComment({ issue, isPullRequest, comment }: EventOf<'comment'>): Decided {
  if (comment.author.isBot) return nothing('bot');
  if (isOurs(comment.body)) return nothing('own');
  const command = readCommand(comment.body);
  if (command === undefined) return nothing('comment');
  const told = { do: 'obey', number: issue, isPullRequest, comment: comment.id, by: comment.author, at: comment.createdAt } as const;
  if (command.kind === 'unknown') return to(told);
  const { kind: _, ...asked } = command;
  return to({ ...told, ...asked });
}

function ofReview({ number, state, body, sender, commit }: EventOf<'review'>): Decided {
  if (isOurs(body)) return nothing('own');
  switch (state) {
    case 'approved':
      if (sender === undefined) return nothing('sender');
      return sender.isBot ? nothing('bot') : to({ do: 'approve', number, by: sender, ...(commit === undefined ? {} : { commit }) });
    case 'changes-requested':
      return wake({ kind: 'pull-request', number }, 'changes requested');
    case 'commented':
      return nothing('review');
  }
}

/** Names of GitHub mean the same in any case. */
function isWanted({ forge, repository }: ForgeEvent, repositories: readonly string[]): boolean {
  if (forge !== 'github' || repositories.length === 0) return true;
  return repositories.some((wanted) => wanted.toLowerCase() === repository.toLowerCase());
}

function wake(of: Extract<Intent, { readonly do: 'wake' }>['of'], because: string): Decided {
  return to({ do: 'wake', of, because });
}

function to(intent: Intent): Decided {
  return { kind: 'intent', intent };
}

function nothing(reason: string): Decided {
  return { kind: 'nothing', reason };
}
