import { Copy } from 'lucide-react';
import { say } from './say.ts';

/** A command for a terminal, to be copied; all of it is to be seen, in more lines than one where there is no room. */
export function Command({ text }: { readonly text: string }) {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    say.success('Copied.');
  };
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 text-left wrap-anywhere">{text}</code>
      <button
        type="button"
        aria-label={`Copy ${text}`}
        className="inline-flex size-7 shrink-0 cursor-pointer items-center justify-center rounded hover:bg-surface"
        onClick={() => void copy().catch(() => say.error('This browser does not let the page copy. Select the text instead.'))}
      >
        <Copy aria-hidden size={14} />
      </button>
    </span>
  );
}
