import { Link, Outlet } from '@tanstack/react-router';
import { Toaster } from 'sonner';
import { places } from './places.ts';
import { useTheme } from './theme.ts';

/** What stands around every page. */
export function Frame() {
  const theme = useTheme();
  return (
    <div className="flex min-h-dvh flex-col md:flex-row">
      <nav aria-label="Pages" className="order-last border-line bg-sunken md:order-first md:w-48 md:border-r md:p-3">
        <ul className="flex gap-1 overflow-x-auto p-1 md:flex-col md:p-0">
          {places.map(({ to, name, icon: Icon }) => (
            <li key={to}>
              <Link
                to={to}
                activeOptions={{ exact: to === '/' }}
                className="flex min-h-10 items-center gap-2.5 rounded-md px-3 text-muted hover:bg-surface aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold aria-[current=page]:text-accent"
              >
                <Icon aria-hidden size={16} />
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none">
        <Outlet />
      </main>
      <Toaster theme={theme} position="bottom-right" />
    </div>
  );
}
