import './theme.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Refused } from './api/ask.ts';
import { startTheme } from './frame/theme.ts';
import { router } from './router.tsx';
import { startKeys } from './ui/keys.ts';

const client = new QueryClient({
  defaultOptions: {
    // What events tell of is asked anew by them; a refusal stays one, and whoever does not answer may in a moment.
    queries: { staleTime: 60_000, retry: (failures, error) => !(error instanceof Refused) && failures < 3 },
  },
  queryCache: new QueryCache({
    onError: (error, { queryKey: [id] }) => {
      // Whoever is let in no more is asked to sign in.
      if (error instanceof Refused && error.problem.status === 401 && id !== 'readSession')
        void client.invalidateQueries({ queryKey: ['readSession'] });
    },
  }),
});

startTheme();
startKeys();
const place = document.getElementById('root');
if (place === null) throw new Error('The page has no place for the dashboard.');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
