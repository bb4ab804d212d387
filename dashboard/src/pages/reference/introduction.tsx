import { Command } from '../../ui/command.tsx';
import { Code } from './code.tsx';

/** What holds for every operation. */
export function Introduction() {
  return (
    <div className="max-w-[80ch] space-y-5">
      <section>
        <h2 className="mb-1 text-base font-semibold">To begin with</h2>
        <p className="mb-2">
          A program shows a token, which is made at the terminal and shown there once. A browser that is signed in needs none.
        </p>
        <Command text="miyabi token create ci --scope operate" />
        <Code label="Example" text={`curl -H "authorization: Bearer $MIYABI_TOKEN" '${location.origin}/api/v1/runs?limit=5'`} />
      </section>
      <section>
        <h2 className="mb-1 text-base font-semibold">What holds for all of them</h2>
        <ul className="list-disc space-y-1 pl-5">
          <li>
            <b>Scopes</b>: <code>read</code> looks, <code>operate</code> also answers and steers runs, <code>admin</code> may everything.
          </li>
          <li>
            <b>Lists</b> come in pages: <code>next</code> of one is <code>cursor</code> of the one after it, and null on the last.
          </li>
          <li>
            <b>Changes</b> take an <code>Idempotency-Key</code>: asked for again with the same one, a change is not made again.
          </li>
          <li>
            <b>Refusals</b> are <code>application/problem+json</code> with <code>title</code>, <code>detail</code> and <code>fix</code>:
            what, why, and what to do.
          </li>
          <li>
            <b>Times</b> are milliseconds since 1970 (UTC), money is in USD.
          </li>
          <li>Answers may have more in them tomorrow; nothing is taken away or changes its meaning under this address.</li>
        </ul>
      </section>
    </div>
  );
}
