import type { Asked } from '../../api/operations.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Card } from '../../ui/card.tsx';
import { Command } from '../../ui/command.tsx';
import { Section } from '../../ui/page.tsx';
import type { Suggestion } from './words.ts';
import { evidenceWords } from './words.ts';

/** What outcomes propose for the settings; whoever wants it does it by the command. */
export function Suggestions({ about }: { readonly about: Asked<'readThresholds'>['query'] & object }) {
  const query = useAnswer('readThresholds', { query: about }, { keepsPrevious: true });
  return (
    <Section title="What outcomes propose">
      <Answered query={query} what="what outcomes propose">
        {({ suggestions, known }) => (
          <>
            <p className="mb-3 text-muted">
              Of {known} {known === 1 ? 'run' : 'runs'} it is known whether the change was right. Nothing is changed by itself.
            </p>
            <ul aria-label="Proposals" className="grid gap-3 lg:grid-cols-2">
              {suggestions.map((each) => (
                <li key={each.setting}>
                  <Proposal suggestion={each} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Answered>
    </Section>
  );
}

function Proposal({ suggestion }: { readonly suggestion: Suggestion }) {
  return (
    <Card className="h-full px-4 py-3">
      <p>
        <code className="font-semibold">{suggestion.setting}</code>: {suggestion.decides}
      </p>
      <div className="mt-1 text-muted">
        <Thought suggestion={suggestion} />
      </div>
    </Card>
  );
}

function Thought({ suggestion }: { readonly suggestion: Suggestion }) {
  switch (suggestion.kind) {
    case 'too-few':
      return (
        <p>
          Stays {suggestion.at}: of {suggestion.needed} outcomes that are needed to say more {suggestion.known} are known.
        </p>
      );
    case 'not-known':
      return <p>{suggestion.why}</p>;
    case 'keep':
      return (
        <p>
          Stays {suggestion.at}: {evidenceWords(suggestion)}.
        </p>
      );
    case 'change':
      return (
        <>
          <p>
            From {suggestion.from} to {suggestion.to}: {evidenceWords({ ...suggestion, kind: 'keep', at: suggestion.to })}.
          </p>
          <p className="mt-1 mb-2">{suggestion.difference}</p>
          <Command text={suggestion.command} />
        </>
      );
  }
}
