import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import type { Answer } from '../../api/operations.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { ChangeButton } from '../../ui/change-button.tsx';
import { Command } from '../../ui/command.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { Cell, Row, Table } from '../../ui/table.tsx';
import { useMay } from '../../ui/use-may.ts';

type Access = Answer<'listTokens'>['items'][number];

/** Who is let in; for those who decide that. */
export function Tokens() {
  const may = useMay('admin');
  return (
    <Section title="Who is let in" actions={<Command text="miyabi token create <name>" />}>
      {may.disabled ? <p className="text-muted">{may.title}</p> : <TokenList />}
    </Section>
  );
}

function TokenList() {
  const query = useAnswer('listTokens');
  const [revoking, setRevoking] = useState<string>();
  const revoke = useChange('revokeToken', ({ revoked }) => `Revoked: ${revoked === 1 ? 'one access' : `${revoked} accesses`}.`);
  return (
    <Answered query={query} what="who is let in">
      {({ items }) => (
        <>
          <Table label="Tokens and browsers" head={['Name', 'May', 'By', 'Made', 'Last used', 'Until', 'To do']}>
            {items.map((access, index) => (
              <AccessRow key={index} access={access} onRevoke={() => setRevoking(access.name)} />
            ))}
          </Table>
          <Confirm
            title={`Let ${revoking ?? ''} in no more?`}
            about="Neither by a token of this name nor by a browser, from the next request on."
            action="Revoke"
            open={revoking !== undefined}
            busy={revoke.isPending}
            onClose={() => setRevoking(undefined)}
            onConfirm={() =>
              revoking === undefined
                ? undefined
                : revoke.mutate({ params: { name: revoking } }, { onSettled: () => setRevoking(undefined) })
            }
          />
        </>
      )}
    </Answered>
  );
}

function AccessRow({ access, onRevoke }: { readonly access: Access; readonly onRevoke: () => void }) {
  const { name, scope, kind, createdAt, usedAt, expiresAt } = access;
  return (
    <Row>
      <Cell className="font-medium">{name}</Cell>
      <Cell>{scope}</Cell>
      <Cell>{kind === 'token' ? 'a token' : 'a browser'}</Cell>
      <Cell>
        <Moment at={createdAt} />
      </Cell>
      <Cell>{usedAt === null ? 'never' : <Moment at={usedAt} />}</Cell>
      <Cell>{expiresAt === null ? 'it is revoked' : <Moment at={expiresAt} />}</Cell>
      <Cell>
        <ChangeButton small needs="admin" look="danger" onClick={onRevoke} aria-label={`Revoke ${name}`}>
          Revoke
        </ChangeButton>
      </Cell>
    </Row>
  );
}
