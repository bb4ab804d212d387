import { Link } from '@tanstack/react-router';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Section } from '../../ui/page.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';
import { Words } from '../../ui/words.tsx';
import { usd } from '../../words/money.ts';

/** What may be spent at most, as it is configured. */
export function Caps() {
  const query = useAnswer('readSettings');
  return (
    <Section
      title="What may be spent"
      actions={
        <Link to="/settings" search={{ q: 'budget' }} className="text-accent underline">
          in the settings
        </Link>
      }
    >
      <Answered query={query} what="the budgets">
        {({ items }) => (
          <Table label="Budgets" head={['Budget', 'USD', 'What it holds for']}>
            {items
              .filter(({ path }) => /^budget\.\w+Usd$/.test(path))
              .map(({ path, value, description }) => (
                <Row key={path}>
                  <Cell>
                    <code>{path}</code>
                  </Cell>
                  <Cell className="tabular">{typeof value === 'number' ? usd(value) : 'not set'}</Cell>
                  <Cell className="min-w-64 text-muted">
                    <Words text={description} />
                  </Cell>
                </Row>
              ))}
          </Table>
        )}
      </Answered>
      <p className="mt-2 text-muted">
        At 75 % it is told once, at 90 % a person is asked whether it may be used to its end, and at 100 % nothing more is asked of a model.
      </p>
    </Section>
  );
}
