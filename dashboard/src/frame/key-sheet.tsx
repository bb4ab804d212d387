import { Dialog } from '../ui/dialog.tsx';
import { useKeysThatWork } from '../ui/use-keys.ts';
import { Keys } from '../ui/key-caps.tsx';

/** Every key that does something where people are. */
export function KeySheet({ onClose }: { readonly onClose: () => void }) {
  const keys = useKeysThatWork();
  const [jumps, others] = [keys.filter(([name]) => name.startsWith('g ')), keys.filter(([name]) => !name.startsWith('g '))];
  return (
    <Dialog open title="Keys" about="Single keys do nothing while you type, and can be switched off in the settings." onClose={onClose}>
      <div className="grid gap-6 sm:grid-cols-2">
        <List title="Here" keys={[['Ctrl K', 'Search and do anything'], ...others.map(([name, { does }]) => [name, does] as const)]} />
        <List title="Go to" keys={jumps.map(([name, { does }]) => [name, does] as const)} />
      </div>
    </Dialog>
  );
}

function List({ title, keys }: { readonly title: string; readonly keys: ReadonlyArray<readonly [string, string]> }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 font-semibold">{title}</h3>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1.5">
        {keys.map(([name, does]) => (
          <div key={name} className="contents">
            <dt>
              <Keys name={name} />
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
