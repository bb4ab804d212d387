import { classes } from '../../ui/classes.ts';
import type { Operation } from './document.ts';

const looks: Readonly<Record<Operation['method'], string>> = {
  GET: 'text-info',
  POST: 'text-good',
  PUT: 'text-warn',
  DELETE: 'text-bad',
};

/** What a request is begun with. */
export function Method({ method }: { readonly method: Operation['method'] }) {
  return <code className={classes('w-14 shrink-0 text-[12px] font-semibold', looks[method])}>{method}</code>;
}
