import './theme.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Refused } from './api/ask.ts';
import { eventSourceStream } from './api/event-source-stream.ts';
import { Live } from './api/live.tsx';
import { startTheme } from './frame/theme.ts';
import { router } from './router.tsx';

const client = new QueryClient({
  defaultOptions: {
    // What events tell of is asked anew by them; a refusal stays one, and whoever does not answer may in a moment.
    queries: { staleTime: 60_000, retry: (failures, error) => !(error instanceof Refused) && failures < 3 },
  },
});

startTheme();
const place = document.getElementById('root');
if (place === null) throw new Error('The page has no place for the dashboard.');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Live stream={eventSourceStream()}>
        <RouterProvider router={router} />
      </Live>
    </QueryClientProvider>
  </StrictMode>,
);
