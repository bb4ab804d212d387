import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useAnswer } from '../api/queries.ts';
import type { Answer } from '../api/operations.ts';
import { useNotices } from './notices.ts';

type Question = Answer<'listEscalations'>['items'][number];

/** Tells of questions that come in while nobody looks at this page, where that was asked for. Shows nothing itself. */
export function QuestionNotices() {
  const isOn = useNotices() === 'on';
  const { data } = useAnswer('listEscalations', { query: { limit: 100 } });
  const known = useRef<ReadonlySet<string>>(undefined);
  const navigate = useNavigate();
  const tell = useEffectEvent((question: Question) => {
    if (!isOn || document.hasFocus()) return;
    // Of several tabs each says it; by its tag it is shown once.
    const notice = new Notification(question.title, { body: question.question, tag: question.id });
    notice.addEventListener('click', () => {
      window.focus();
      void navigate({ to: '/inbox', search: { question: question.id } });
      notice.close();
    });
  });
  useEffect(() => {
    if (data === undefined) return;
    const before = known.current;
    known.current = new Set(data.items.map(({ id }) => id));
    if (before === undefined) return;
    for (const question of data.items) if (!before.has(question.id)) tell(question);
  }, [data]);
  return undefined;
}
