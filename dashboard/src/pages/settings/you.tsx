import { LogOut } from 'lucide-react';
import { useSignOut } from '../../frame/use-sign-out.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Button } from '../../ui/button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { scopeWords } from './scope-words.ts';

/** Who is signed in here, and what they may do. */
export function You() {
  const query = useAnswer('readSession');
  const signOut = useSignOut();
  return (
    <Section title="You">
      <Answered query={query} what="who you are">
        {({ name, scope, kind, expiresAt }) => (
          <>
            <p>
              <span className="font-semibold">{name}</span>, {kind === 'token' ? 'by a token' : 'by a sign-in link'}.
            </p>
            <p className="mt-1">
              <span className="font-medium">{scope}</span>: {scopeWords[scope]}
            </p>
            <p className="mt-1 text-muted">
              {expiresAt === null ? (
                'Until it is revoked, or you sign out.'
              ) : (
                <>
                  It counts no more <Moment at={expiresAt} />.
                </>
              )}
            </p>
            <Button className="mt-3" onClick={() => void signOut()}>
              <LogOut aria-hidden size={15} /> Sign out
            </Button>
          </>
        )}
      </Answered>
    </Section>
  );
}
