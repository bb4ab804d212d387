import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useState } from 'react';
import type { Problem as ProblemBody } from '../../../src/domain/api/problem.ts';
import { Refused, Unreachable } from '../api/ask.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Command } from '../ui/command.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import mark from './mark.svg';

/** For a browser that nobody has signed in yet, or not any more. */
export function SignIn() {
  const client = useQueryClient();
  const [token, setToken] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsBusy(true);
    const refused = await signIn(token.trim());
    setIsBusy(false);
    setError(refused);
    if (refused === undefined) await client.resetQueries();
  };
  return (
    <main className="mx-auto flex min-h-dvh max-w-lg flex-col justify-center gap-5 p-4">
      <h1 className="flex items-center gap-3 text-xl font-semibold">
        <img src={mark} alt="" width={28} height={28} />
        Sign in to Miyabi
      </h1>
      <Card className="p-5">
        <p>On the machine where the service runs, this opens a link that signs this browser in:</p>
        <p className="mt-3">
          <Command text="miyabi open" />
        </p>
      </Card>
      <Card className="p-5">
        <form className="flex flex-col gap-3" onSubmit={(event) => void submit(event)}>
          <TextField
            label="Or sign in with a token"
            type="password"
            autoComplete="current-password"
            placeholder="miyabi_…"
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
          <p className="text-muted">
            <code>miyabi token create &lt;name&gt; --scope operate</code> makes one.
          </p>
          {error === undefined ? undefined : <Problem error={error} />}
          <Button type="submit" look="main" busy={isBusy} className="self-start">
            Sign in
          </Button>
        </form>
      </Card>
    </main>
  );
}

/** @returns why not. */
async function signIn(token: string): Promise<Error | undefined> {
  try {
    const answer = await fetch('/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    return answer.ok ? undefined : new Refused((await answer.json()) as ProblemBody);
  } catch (error) {
    return new Unreachable(error);
  }
}
