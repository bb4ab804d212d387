import { Copy } from 'lucide-react';
import { say } from '../../ui/say.ts';

/** Lines of code, to be read and copied. */
export function Code({ label, text }: { readonly label: string; readonly text: string }) {
  const copy = (): void =>
    void navigator.clipboard
      .writeText(text)
      .then(() => say.success('Copied.'))
      .catch(() => say.error('This browser does not let the page copy. Select the text instead.'));
  return (
    <div className="relative mt-2">
      <pre
        role="region"
        aria-label={label}
        tabIndex={0}
        className="max-h-[32rem] overflow-auto rounded-md border border-line bg-sunken p-3 pr-12"
      >
        {text}
      </pre>
      <button
        type="button"
        aria-label={`Copy: ${label}`}
        className="absolute top-2 right-2 inline-flex size-8 cursor-pointer items-center justify-center rounded bg-sunken hover:bg-surface"
        onClick={copy}
      >
        <Copy aria-hidden size={14} />
      </button>
    </div>
  );
}
