/** A past issue, and how somebody else tells of the same later, who has not read it. */
export interface RelevancePair {
  readonly past: {
    readonly title: string;
    readonly body: string;
    readonly lesson: string;
    readonly paths?: readonly string[];
    /** What was printed, as it was printed then. */
    readonly error?: string;
  };
  readonly query: { readonly title: string; readonly body: string };
}

const nodeError = (message: string, frame: string, file: string, line: number): string =>
  `${message}\n    at ${frame} (/srv/app/${file}:${line}:11)\n    at processTicksAndRejections (node:internal/process/task_queues:95:5)`;

/** Written by hand for this purpose: nothing in it was taken from a real tracker. */
export const relevancePairs: readonly RelevancePair[] = [
  // Accounts and sessions
  {
    past: {
      title: 'Users are logged out when they open a second tab',
      body: 'Refreshing the session rotates the refresh token. The second tab still holds the old one, so the server revokes the whole family and both tabs end on the login page.',
      lesson: 'Allow the previous refresh token for thirty seconds after a rotation.',
      paths: ['src/auth/refresh-token.ts'],
    },
    query: {
      title: 'Having the app open twice kicks me out',
      body: 'With two tabs side by side I get thrown back to the login form every few minutes. With just one tab it never happens. Something about renewing the token, I suspect.',
    },
  },
  {
    past: {
      title: 'Password reset link can be used several times',
      body: 'The token in the reset mail is not invalidated after the password has been changed. Anybody who finds the mail later can set a new password again.',
      lesson: 'The digest of the current password hash is part of what the reset token signs, so changing it spends the token.',
    },
    query: {
      title: 'Old reset mails still work',
      body: 'I changed my password from the mail you sent, and a week later the very same link let me change it again. It should be good for one use only.',
    },
  },
  {
    past: {
      title: 'SSO login fails for names with umlauts',
      body: 'The identity provider sends the display name as Latin-1 in the SAML assertion. We decode it as UTF-8 and reject the assertion because its signature no longer matches.',
      lesson: 'Check the SAML signature over the raw bytes before anything is decoded.',
      error: nodeError('SignatureError: digest of assertion differs', 'verifyAssertion', 'src/sso/saml.ts', 88),
    },
    query: {
      title: 'Jürgen cannot sign in with the company account',
      body: `Everyone else on SSO gets in, he gets a white page. Log says:\n${nodeError('SignatureError: digest of assertion differs', 'verifyAssertion', 'dist/sso/saml.ts', 301)}`,
    },
  },
  {
    past: {
      title: 'Rate limit of the login counts successful attempts',
      body: 'Offices behind one address get locked out in the morning: every successful sign-in counts towards the limit of 20 attempts per address.',
      lesson: 'Only failed attempts take from the bucket, and it is keyed by address and account.',
    },
    query: {
      title: 'Whole office gets "too many attempts" at 9 am',
      body: 'We all share one public IP. When everybody arrives and signs in with the right password, the later ones are blocked for a quarter of an hour.',
    },
  },
  // Money
  {
    past: {
      title: 'Discount of 15 % is one cent off for odd amounts',
      body: 'applyDiscount multiplies a float and truncates. 9.99 with 15 % gives 8.49, the invoice says 8.50.',
      lesson: 'Money is counted in whole cents, and percentages round half to even.',
      paths: ['src/cart/discount.ts'],
    },
    query: {
      title: 'Cart and invoice disagree by a cent',
      body: 'With a voucher of fifteen percent the sum shown at checkout is a penny lower than what the PDF charges. Looks like rounding of floating point numbers.',
    },
  },
  {
    past: {
      title: 'Refund of a partially shipped order takes the shipping twice',
      body: 'When two parcels are refunded one after the other, the delivery fee is given back with each of them.',
      lesson: 'The shipping fee belongs to the first refund of an order; later ones look whether it has been paid back.',
    },
    query: {
      title: 'Customers get postage back for every parcel they return',
      body: 'An order came in two boxes. Both were sent back, separately, and we paid the delivery cost out two times though it was charged once.',
    },
  },
  {
    past: {
      title: 'Tax of Canadian provinces is added on top of the federal one twice',
      body: 'Quebec: GST is contained in the base for QST. Since 2013 it must not be. Totals are about 0.5 % too high.',
      lesson: 'Each tax says which others are in its base; QST has none.',
    },
    query: {
      title: 'Orders to Montreal are slightly too expensive',
      body: 'The provincial QST is computed on a price that already has GST in it. Compound tax there was abolished years ago.',
    },
  },
  {
    past: {
      title: 'Payment webhook handled twice creates two invoices',
      body: 'The provider repeats webhooks that we do not answer within five seconds. Both deliveries create an invoice for the same charge.',
      lesson: 'The event id is a unique key, and the invoice is made in the same transaction.',
      error: nodeError('PaymentStateError: charge ch_77 has been captured already', 'captureCharge', 'src/payments/capture.ts', 42),
    },
    query: {
      title: 'Duplicate invoices when the payment service is slow',
      body: `Since the outage some customers have two bills with different numbers.\n\n${nodeError('PaymentStateError: charge ch_91823 has been captured already', 'captureCharge', 'src/payments/capture.ts', 57)}`,
    },
  },
  // Files
  {
    past: {
      title: 'Uploads above 2 GB end with an empty file',
      body: 'The content length is kept in a 32-bit integer. It wraps around, and the multipart reader stops at once.',
      lesson: 'Sizes are BigInt or checked numbers; a test sends a sparse file of three gigabytes.',
      paths: ['server/upload/multipart.go'],
    },
    query: {
      title: 'Big video arrives with zero bytes',
      body: 'Sending a 2.4 GB mp4 looks fine, the progress bar goes to the end, but what is stored is empty. 1.9 GB works.',
    },
  },
  {
    past: {
      title: 'File names with emoji break the download',
      body: 'The Content-Disposition header is written as it is. Node refuses characters outside of Latin-1 and the request dies with 500.',
      lesson: 'Use filename* with percent encoding (RFC 6266) beside an ASCII fallback.',
      error: nodeError(
        'TypeError [ERR_INVALID_CHAR]: Invalid character in header content ["content-disposition"]',
        'sendAttachment',
        'src/files/send.ts',
        19,
      ),
    },
    query: {
      title: 'Cannot save attachment called "plan 🚀.pdf"',
      body: `Clicking it gives an internal server error.\n${nodeError('TypeError [ERR_INVALID_CHAR]: Invalid character in header content ["content-disposition"]', 'sendAttachment', 'src/files/send.ts', 23)}`,
    },
  },
  {
    past: {
      title: 'Thumbnails of photos from phones are rotated',
      body: 'The EXIF orientation is dropped when the picture is scaled, so portraits lie on their side in the gallery.',
      lesson: 'Turn the pixels by the orientation before the metadata is stripped.',
    },
    query: {
      title: 'Pictures taken upright show sideways in the preview',
      body: 'The original is displayed correctly, only the small version in the gallery is turned by 90 degrees. iPhone and Pixel both.',
    },
  },
  {
    past: {
      title: 'Temporary files of cancelled uploads are never removed',
      body: 'When the browser goes away in the middle, the part file stays in /tmp. After two weeks the disk of the server is full.',
      lesson: 'Part files are removed when the request closes, and a sweep takes those older than a day.',
    },
    query: {
      title: 'Disk fills up with upload-*.part',
      body: 'There are thousands of leftovers under /tmp from people who closed the page before their transfer was finished. Nobody cleans them.',
    },
  },
  // Search
  {
    past: {
      title: 'Search ignores words with a hyphen',
      body: 'Looking for "e-mail" gives an empty result list, since the analyser splits at the hyphen when indexing and not when asking.',
      lesson: 'Documents and questions go through the same analyser.',
      paths: ['src/search/analyzer.ts'],
    },
    query: {
      title: 'No hits for terms such as "check-in"',
      body: 'As soon as there is a dash in what I type, the result list is empty, although the articles clearly contain it.',
    },
  },
  {
    past: {
      title: 'Removed articles still show up in the search for an hour',
      body: 'The index is refreshed by a job once an hour. Until then clicking such a hit ends on a 404.',
      lesson: 'Removal is sent to the index in the same step; the hourly job only repairs.',
    },
    query: {
      title: 'Search lists articles that no longer exist',
      body: 'I removed an item from the catalogue, it keeps being suggested, and the link leads to "page not found". Later it is gone by itself.',
    },
  },
  {
    past: {
      title: 'Counts beside the filter options are wrong when two of one group are chosen',
      body: 'Choosing the colours red and blue shows 0 beside green: counts are made after the filter of their own group is applied.',
      lesson: 'Counts of a facet are made without the filter of that facet.',
    },
    query: {
      title: 'Numbers next to the filter options drop to zero',
      body: 'Tick one brand, and all other brands say (0), as if ticking them as well would give nothing. It does give something.',
    },
  },
  {
    past: {
      title: 'Query of 10,000 characters takes the search server down',
      body: 'Fuzzy matching expands each word to hundreds of variants. A pasted log made it run out of heap.',
      lesson: 'At most 32 terms are looked up, fuzziness only for the first five of them.',
      error:
        'java.lang.OutOfMemoryError: Java heap space\n\tat org.apache.lucene.util.automaton.Operations.determinize(Operations.java:780)\n\tat com.shop.search.FuzzyExpansion.expand(FuzzyExpansion.java:61)',
    },
    query: {
      title: 'Somebody pasted a stack trace into the search box and it died',
      body: 'java.lang.OutOfMemoryError: Java heap space\n\tat org.apache.lucene.util.automaton.Operations.determinize(Operations.java:764)\n\tat com.shop.search.FuzzyExpansion.expand(FuzzyExpansion.java:48)\n\tat com.shop.search.Api.get(Api.java:20)',
    },
  },
  // Mail and notices
  {
    past: {
      title: 'Digest mails are sent at midnight UTC instead of the local morning',
      body: 'The schedule ignores the time zone of the recipient; people in Sydney get the daily summary in the middle of the day.',
      lesson: 'A digest is due when it is seven in the zone of the account.',
    },
    query: {
      title: 'Daily summary arrives at the wrong hour',
      body: 'I live in Australia and your morning digest comes at ten or eleven. It should respect the zone in my profile.',
    },
  },
  {
    past: {
      title: 'Unsubscribe link opens the login page',
      body: 'People who want no more newsletters have to sign in first. The link should carry a signed token and work with one click (RFC 8058).',
      lesson: 'List-Unsubscribe-Post with a signed token, no session needed.',
    },
    query: {
      title: 'Cannot opt out of the newsletter without an account password',
      body: 'I clicked "stop receiving this" at the bottom of the mail and was asked for credentials that I forgot years ago. Gmail complains about it too.',
    },
  },
  {
    past: {
      title: 'Bounced addresses are written to again and again',
      body: 'Hard bounces are logged and nothing else. Our reputation at the large providers went down and mails land in spam.',
      lesson: 'A hard bounce suppresses the address until the user confirms it again.',
    },
    query: {
      title: 'We keep mailing accounts that do not exist',
      body: 'The provider warns of our bounce rate: recipients whose mailbox was closed long ago still get every notice. Now even valid ones go to the junk folder.',
    },
  },
  {
    past: {
      title: 'Push notices come twice on Android after a reinstall',
      body: 'The old device token is kept beside the new one. Both lead to the same phone for some weeks.',
      lesson: 'Registering a device replaces the token under the same installation id.',
    },
    query: {
      title: 'Double notifications since I set up the app anew',
      body: 'After removing and installing it again on my Pixel, each message pops up two times.',
    },
  },
  // Dates
  {
    past: {
      title: 'Recurring events move by an hour in spring',
      body: 'The next occurrence is computed by adding 7 × 24 hours in UTC. After the change to daylight saving time, the meeting is at ten instead of nine.',
      lesson: 'Recurrence is computed in the wall time of the zone, then converted.',
      paths: ['lib/calendar/recurrence.py'],
    },
    query: {
      title: 'Weekly meeting shifted after the clocks changed',
      body: 'Since last Sunday our nine o’clock stand-up is displayed at ten. Single appointments are right, only the repeating one is off.',
    },
  },
  {
    past: {
      title: 'Date of birth is one day early for users west of Greenwich',
      body: 'A date without time is parsed as midnight UTC and shown in local time: 4 May becomes 3 May in New York.',
      lesson: 'Calendar dates are strings of year, month and day, never instants.',
    },
    query: {
      title: 'Date of birth shows the previous day',
      body: 'I enter the 12th and after saving it says the 11th. A colleague in Berlin does not see that, I am in Chicago.',
    },
  },
  {
    past: {
      title: 'Report of the month misses the last day',
      body: 'The range ends at 31st 00:00, so that everything on the 31st is left out of the monthly figures.',
      lesson: 'Ranges are half open: from the first of the month to before the first of the next one.',
    },
    query: {
      title: 'Sales of the 30th are not in the June statistics',
      body: 'Adding up the days by hand gives more than the monthly overview. What happened on the final day is always absent.',
    },
  },
  {
    past: {
      title: 'Parsing "02/03/2026" depends on the language of the server',
      body: 'The importer takes it for the 2nd of March on one host and the 3rd of February on the other.',
      lesson: 'The format of dates is a setting of each import; nothing is guessed.',
      error:
        'Traceback (most recent call last):\n  File "/app/importer/run.py", line 40, in main\n    load(row)\n  File "/app/importer/dates.py", line 12, in parse_day\n    return datetime.strptime(text, guess)\nValueError: time data \'25/12/2025\' does not match format \'%m/%d/%Y\'',
    },
    query: {
      title: 'Import crashes on dates like 31/01/2026',
      body: 'Works on my laptop, fails in the container:\nTraceback (most recent call last):\n  File "/usr/src/importer/run.py", line 77, in main\n    load(row)\n  File "/usr/src/importer/dates.py", line 19, in parse_day\n    return datetime.strptime(text, guess)\nValueError: time data \'31/01/2026\' does not match format \'%m/%d/%Y\'',
    },
  },
  // Lists and pages
  {
    past: {
      title: 'Entries are skipped when paging through while others are added',
      body: 'Pages are made with OFFSET. A new row on top moves everything down, and the last entry of a page is seen twice or never.',
      lesson: 'Pages go on from a cursor of (created_at, id).',
      paths: ['src/api/list-orders.ts'],
    },
    query: {
      title: 'Our sync client misses orders now and then',
      body: 'We fetch the order list page by page. On busy days some never show up and others come in duplicate. Probably because new ones arrive in between.',
    },
  },
  {
    past: {
      title: 'Sorting by name puts Ä after Z',
      body: 'Strings are compared by code unit. German and Swedish users expect the order of their language.',
      lesson: 'Intl.Collator with the language of the user, and the database collation for large lists.',
    },
    query: {
      title: 'Alphabetical order is wrong for accented letters',
      body: 'Östersund and Århus are listed at the very end of the table, and Émile behind Zoe.',
    },
  },
  {
    past: {
      title: 'Page 2 of the member directory shows page 1 again',
      body: 'The query parameter is read as text, "2" - 1 works, but the cache key uses only the path. Every page gets the first one from the cache.',
      lesson: 'The whole query string is in the cache key.',
    },
    query: {
      title: 'Next button does nothing in the member directory',
      body: 'The address changes to ?page=3, yet the same twenty people are displayed on each of them.',
    },
  },
  {
    past: {
      title: 'Infinite scroll asks for the same page forever',
      body: 'When a page has fewer entries than the window is high, the observer fires again before the next cursor is known.',
      lesson: 'No request begins while one is under way, and an empty cursor ends it.',
    },
    query: {
      title: 'Feed hammers the API on large monitors',
      body: 'On a 4K screen with few posts the browser sends hundreds of identical requests as soon as I scroll to the bottom.',
    },
  },
  // Caches
  {
    past: {
      title: 'Cache stampede when the price list expires',
      body: 'All workers compute the list at the same moment once the key is gone, and the database goes to 100 %.',
      lesson: 'One process recomputes behind a lock; the others are given the stale value meanwhile.',
    },
    query: {
      title: 'Database load spikes every ten minutes sharp',
      body: 'Exactly when the cached price list times out, dozens of identical heavy queries are started in parallel.',
    },
  },
  {
    past: {
      title: 'Users see the profile of somebody else for a second',
      body: 'The CDN caches /me with the account data, since the response has no Vary and no private directive.',
      lesson: 'Whatever depends on the session is `private, no-store`.',
    },
    query: {
      title: 'Wrong account data shown after signing in',
      body: 'Privacy problem! Right after login I saw the name and address of another customer. After reloading it was mine. We have a CDN in front.',
    },
  },
  {
    past: {
      title: 'Old JavaScript is loaded after a release',
      body: 'index.html is cached for a day and names chunks that are gone: white page until people clear their browser.',
      lesson: 'HTML is no-cache, hashed files are immutable and stay for two releases.',
      error: nodeError('ChunkLoadError: Loading chunk 417 failed.', 'requireEnsure', 'static/runtime.js', 1),
    },
    query: {
      title: 'Blank screen after each deployment',
      body: `Our users must empty their cache by hand.\n${nodeError('ChunkLoadError: Loading chunk 88 failed.', 'requireEnsure', 'static/runtime.js', 1)}`,
    },
  },
  {
    past: {
      title: 'Memory of the service grows by the day: cache without a bound',
      body: 'The map from URL to rendered page is never emptied. After a week the process is killed at 4 GB.',
      lesson: 'An LRU of 500 entries.',
    },
    query: {
      title: 'Process gets OOM-killed about once a week',
      body: 'Heap snapshots show a huge Map whose keys are request URLs and whose values are the HTML we produced for them.',
    },
  },
  // Tables of data
  {
    past: {
      title: 'CSV export breaks on semicolons and line breaks in a cell',
      body: 'Fields are joined without quoting. A comment with a newline shifts all columns behind it.',
      lesson: 'Quote by RFC 4180.',
      paths: ['src/export/csv.ts'],
    },
    query: {
      title: 'Columns are displaced in the exported spreadsheet',
      body: 'If somebody wrote a remark over several lines, the row is torn apart when I open the csv in Excel.',
    },
  },
  {
    past: {
      title: 'Excel shows Ã¼ instead of ü in our export',
      body: 'Excel takes CSV files for Windows-1252 unless they begin with a byte order mark.',
      lesson: 'The export begins with a BOM.',
    },
    query: {
      title: 'Umlauts are garbled when the csv is opened with Office',
      body: 'In a text editor the characters are fine. In Excel every ä is two strange symbols.',
    },
  },
  {
    past: {
      title: 'Cells that begin with = are run as formulas',
      body: 'A user can call himself =HYPERLINK(...) and have it executed when an administrator opens the user list download.',
      lesson: 'A leading =, +, - or @ is prefixed with an apostrophe.',
    },
    query: {
      title: 'Formula injection through the user list download',
      body: 'Our pentest found that a display name such as =cmd|... is evaluated when staff open the export.',
    },
  },
  {
    past: {
      title: 'Bulk upload stops at the first bad row and forgets the rest',
      body: 'One invalid line out of ten thousand aborts everything, without telling which one it was.',
      lesson: 'Rows are validated one by one, and a report lists those that were left out with number and reason.',
    },
    query: {
      title: 'Bulk upload of contacts is all or nothing',
      body: 'A single wrong mail address in the sheet makes the complete batch fail, and there is no hint which record is to blame.',
    },
  },
  // Live updates
  {
    past: {
      title: 'Chat does not reconnect after the laptop slept',
      body: 'The socket stays in state open on the client although the server has dropped it. Nothing arrives until the page is reloaded.',
      lesson: 'Ping every 20 s; two missing pongs close and reconnect with jitter.',
    },
    query: {
      title: 'No new messages after waking the computer',
      body: 'When I open the lid again the conversation looks alive, but stays frozen until I press F5.',
    },
  },
  {
    past: {
      title: 'Seven tabs of the dashboard block each other',
      body: 'Each tab holds an EventSource, and browsers allow six connections to one host over HTTP/1.1.',
      lesson: 'One tab is elected and shares the stream over a BroadcastChannel.',
    },
    query: {
      title: 'Dashboard hangs once I have many windows of it open',
      body: 'From the seventh one on, nothing loads any more, not even static pictures. Closing one frees the others.',
    },
  },
  {
    past: {
      title: 'Cursor of other editors jumps to the start of the document',
      body: 'Remote edits are applied without transforming the selections of the others.',
      lesson: 'Selections are mapped through each change, as positions are.',
      error: nodeError('RangeError: position 512 out of range', 'mapSelection', 'packages/editor/selection.js', 77),
    },
    query: {
      title: 'Typing together makes the caret leap to the top',
      body: `When my colleague deletes a paragraph above, mine lands at the beginning, and the console says\n${nodeError('RangeError: position 93 out of range', 'mapSelection', 'packages/editor/selection.js', 80)}`,
    },
  },
  {
    past: {
      title: 'Presence shows people online who left hours ago',
      body: 'Entries are removed on disconnect only; when a server is killed nobody removes them.',
      lesson: 'Presence is a key with a time to live that the heartbeat renews.',
    },
    query: {
      title: 'Green dot stays although the person is gone',
      body: 'After the crash of one of our nodes a lot of colleagues appear as available all night long.',
    },
  },
  // Databases
  {
    past: {
      title: 'Migration that adds a NOT NULL column locks the orders table for minutes',
      body: 'ALTER TABLE rewrites forty million rows while nobody can order anything.',
      lesson: 'Add it nullable, fill it in batches, then validate the constraint.',
      paths: ['migrations/0042_order_channel.sql'],
    },
    query: {
      title: 'Deployment froze the shop for five minutes',
      body: 'During the schema change every insert into orders waited. The statement set a default for a new mandatory field.',
    },
  },
  {
    past: {
      title: 'Deadlock between stock booking and cancellation',
      body: 'Booking locks order then stock, cancelling the other way around.',
      lesson: 'Rows are locked in the order of their ids everywhere.',
      error: 'org.postgresql.util.PSQLException: ERROR: deadlock detected\n\tat com.shop.stock.Booking.reserve(Booking.java:120)',
    },
    query: {
      title: 'Sporadic failures when a customer cancels during checkout',
      body: 'About ten a day:\norg.postgresql.util.PSQLException: ERROR: deadlock detected\n\tat com.shop.stock.Booking.reserve(Booking.java:131)\n\tat com.shop.web.Checkout.post(Checkout.java:9)',
    },
  },
  {
    past: {
      title: 'Connection pool runs dry when a report is made',
      body: 'The report opens a transaction and calls a slow service inside it. Twenty reports take all twenty connections.',
      lesson: 'No foreign call within a transaction.',
      error: nodeError('TimeoutError: no connection available within 5000 ms', 'acquire', 'src/db/pool.ts', 31),
    },
    query: {
      title: 'API answers 503 whenever accounting runs its evaluation',
      body: `Everything that needs the database stalls.\n${nodeError('TimeoutError: no connection available within 30000 ms', 'acquire', 'src/db/pool.ts', 38)}`,
    },
  },
  {
    past: {
      title: 'Slow list of tickets: one query for each assignee',
      body: 'For 200 tickets 201 statements are sent. The page takes four seconds.',
      lesson: 'Assignees are loaded by one query for the whole page.',
    },
    query: {
      title: 'Ticket overview has an N+1 problem',
      body: 'The log shows a SELECT from users per row. Loading takes ages with a few hundred tickets.',
    },
  },
  // Command line and configuration
  {
    past: {
      title: 'Environment variables win over flags',
      body: 'APP_PORT is taken even when --port is given. Flags are the more specific ones.',
      lesson: 'Order: flags, environment, file, defaults.',
      paths: ['cmd/config/resolve.go'],
    },
    query: {
      title: '--port is ignored if the variable is set',
      body: 'I start the server with an explicit option on the command line, still it listens where the environment says.',
    },
  },
  {
    past: {
      title: 'Broken pipe ends the program with a stack trace',
      body: 'tool list | head -3 prints EPIPE and a trace.',
      lesson: 'EPIPE on standard output is a quiet end.',
      error: nodeError('Error: write EPIPE', 'afterWriteDispatched', 'src/output.ts', 12),
    },
    query: {
      title: 'Ugly crash when I pipe the output into less and quit',
      body: 'Pressing q leaves twenty lines of "write EPIPE" in my terminal. The same with head.',
    },
  },
  {
    past: {
      title: 'Config file with a BOM is "invalid JSON"',
      body: 'Notepad writes a byte order mark. JSON.parse refuses it with a message about an unexpected token.',
      lesson: 'A leading U+FEFF is dropped before parsing.',
      error: nodeError('SyntaxError: Unexpected token \'\uFEFF\', "{ "a": 1 }" is not valid JSON', 'readSettings', 'src/settings.ts', 8),
    },
    query: {
      title: 'Settings saved with the Windows editor cannot be read',
      body: 'It says unexpected token at position 0, although the file looks perfectly valid. Re-saving as "UTF-8 without BOM" helps.',
    },
  },
  {
    past: {
      title: 'Colours in CI logs although NO_COLOR is set',
      body: 'Escape sequences like [32m make the logs of pipelines unreadable. We only look whether stdout is a terminal at import time.',
      lesson: 'NO_COLOR and FORCE_COLOR decide, then isTTY of the stream that is written to.',
    },
    query: {
      title: 'Please do not print ANSI codes in Jenkins',
      body: 'The build output is full of [31m and [0m. Setting NO_COLOR=1 changes nothing.',
    },
  },
  // Pages and their use
  {
    past: {
      title: 'Dialog cannot be closed with the keyboard',
      body: 'Escape does nothing, and focus stays behind the overlay. Screen readers read the page below.',
      lesson: 'Native <dialog> with showModal traps focus and closes on Escape.',
    },
    query: {
      title: 'Modal is a trap for people without a mouse',
      body: 'Tab walks through links under the popup, and there is no key to dismiss it. NVDA announces things in the background.',
    },
  },
  {
    past: {
      title: 'Dark mode flashes white on load',
      body: 'The theme is applied in an effect after hydration. Until then the default light style is painted.',
      lesson: 'A tiny inline script sets the class before the first paint.',
    },
    query: {
      title: 'Bright flicker at night when opening any page',
      body: 'I have chosen the dark theme; each navigation blinks light for a moment, which hurts the eyes.',
    },
  },
  {
    past: {
      title: 'Form loses what was typed when validation fails on the server',
      body: 'After an error the fields are rendered from the record and not from the request.',
      lesson: 'A refused form is shown with the values that were sent.',
    },
    query: {
      title: 'Everything I entered is gone after an error message',
      body: 'I filled in a long application, one field was rejected, and the form came back empty. Had to write it all again.',
    },
  },
  {
    past: {
      title: 'Table header scrolls away on Safari',
      body: 'position: sticky on thead is not supported there; it has to be on the cells.',
      lesson: 'Sticky on th, and no overflow on an ancestor.',
    },
    query: {
      title: 'Column titles do not stay on top on the iPad',
      body: 'In Chrome the heading row remains visible while moving down the list. In Safari it disappears.',
    },
  },
];
