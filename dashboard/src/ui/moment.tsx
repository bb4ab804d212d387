import { ago, exactly } from '../words/time.ts';
import { useNow } from './use-now.ts';

/** How long ago something was; the exact time on being pointed at. @param props.at epoch ms. */
export function Moment({ at }: { readonly at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(at)} className="tabular whitespace-nowrap">
      {ago(at, now)}
    </time>
  );
}
