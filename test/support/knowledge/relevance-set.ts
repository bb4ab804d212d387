import { errorsIn } from '../../../src/domain/error-signature.ts';
import type { KnowledgeEntry, KnowledgeQuery } from '../../../src/ports/knowledge.ts';
import type { DuplicatePair } from './duplicates/pair.ts';
import { besidePairs, developmentPairs, testPairs } from './duplicates/pairs.ts';
import { noteEntry } from './entries.ts';
import { heldOutPairs } from './held-out-pairs.ts';
import type { RelevancePair } from './relevance-pairs.ts';
import { relevancePairs } from './relevance-pairs.ts';

/** `tuned` and `development` were looked at to choose words and weights, `heldOut` and `test` never. */
export type RelevanceGroup = 'tuned' | 'heldOut' | 'development' | 'test';

const groups: Readonly<Record<RelevanceGroup, readonly (RelevancePair | DuplicatePair)[]>> = {
  tuned: relevancePairs,
  heldOut: heldOutPairs,
  development: developmentPairs,
  test: testPairs,
};
const pairs = (Object.keys(groups) as RelevanceGroup[]).flatMap((group) => groups[group].map((pair) => ({ pair, group })));

/** A subject with what people have trouble with in it; each thing is combined with each trouble. */
interface Subject {
  readonly folder: string;
  readonly things: readonly string[];
  readonly troubles: readonly (readonly [title: string, body: string])[];
}

/** `*` stands for the thing. They speak of the same as the pairs do, in the same words, and are about something else. */
const subjects: readonly Subject[] = [
  {
    folder: 'src/auth',
    things: ['session token', 'login form', 'refresh token', 'password reset mail', 'SSO with the company account'],
    troubles: [
      ['The * is not translated', 'People with a browser in French see English texts on the *, also after they changed the language.'],
      [
        'Add a metric for the *',
        'We would like to see in the dashboard how often the * is used per hour, and how long it takes to sign in.',
      ],
      ['The * is too slow', 'Hashing the password takes two seconds on the small server, so the * feels broken in the morning.'],
      ['Document the *', 'New colleagues ask how the * works and which links, tokens and limits there are.'],
      ['The * fails behind a proxy', 'With TLS ended at the proxy, the * takes the address of the proxy and cookies are not secure.'],
    ],
  },
  {
    folder: 'src/cart',
    things: ['invoice', 'voucher', 'refund', 'shipping fee', 'order with tax'],
    troubles: [
      ['The * is missing in the PDF', 'The customer sees the * at checkout, but the document that we send shows no line for it.'],
      ['Show the * in the currency of the customer', 'Prices are in euro everywhere. The * should be converted with the rate of the day.'],
      ['The * cannot be edited by support', 'After payment a charge can be off, and support has to correct the * by hand in the database.'],
      ['Rename the * in the API', 'The field of the * has another name in version 2 of the interface; clients get both for a year.'],
      [
        'The * with more than 99 items fails',
        'The parcel service takes at most 99 positions, and the * of a large cart is refused with an error.',
      ],
    ],
  },
  {
    folder: 'server/upload',
    things: ['upload', 'attachment', 'picture in the gallery', 'video', 'file download'],
    troubles: [
      ['A * has no virus check', 'Every * should be scanned before others may open it, and kept apart when the scanner finds something.'],
      ['The progress bar of the * jumps', 'It goes to the end at once and then waits, since the * is buffered by the proxy.'],
      ['Keep the * in S3', 'The disk of the server is full. A * should be stored in a bucket, with a link that expires.'],
      ['A * cannot be dragged into the window', 'Dropping it opens the browser preview instead of sending the *.'],
      [
        'Two with the same name: the * is overwritten',
        'When a second * with an equal name comes, the older one is lost without a question.',
      ],
    ],
  },
  {
    folder: 'src/search',
    things: ['search box', 'result list', 'filter options', 'index of articles', 'suggestion'],
    troubles: [
      ['The * does not remember its state', 'Going back from an article resets the *, and everything has to be typed again.'],
      ['The * should tolerate typing errors', 'One wrong letter and the * stays empty. Fuzzy matching on the title would help.'],
      ['The * ignores synonyms', 'Looking for "couch" in the * should give the sofas too.'],
      ['Rank new products higher in the *', 'What was added to the catalogue this week should come first in the *.'],
      ['The * is unusable on a phone', 'It covers the whole screen, and the button to close the * lies below the keyboard.'],
    ],
  },
  {
    folder: 'src/mail',
    things: ['daily digest', 'newsletter', 'push notice', 'mail to bounced addresses', 'unsubscribe page'],
    troubles: [
      ['The * has no plain text part', 'Some clients show an empty message, since the * is HTML only. Spam filters dislike that too.'],
      ['Preview of the *', 'Before it goes out to all recipients, the editor wants to see the * on a phone and in dark mode.'],
      ['The * contains broken pictures', 'Images of the * point to the staging host, and the junk folder swallows it.'],
      ['Translate the *', 'The * should come in the language of the account, with its own subject.'],
      ['Measure who opens the *', 'Marketing wants to know how many people read the *, without tracking single users.'],
    ],
  },
  {
    folder: 'lib/calendar',
    things: ['repeating event', 'monthly report', 'date of birth', 'time zone of the profile', 'import of dates'],
    troubles: [
      ['The * cannot be exported', 'There is no ICS for the *, so that people copy each appointment by hand.'],
      ['The * needs a keyboard picker', 'Choosing a day for the * by mouse only is tedious, arrow keys should work.'],
      ['Wrong plural in the *', '"1 days ago" is shown in the * on the first of the month.'],
      ['The * is missing in the mobile app', 'The web shows the *, the app of the phone does not.'],
      ['Leap years in the *', 'On 29 February the * shows an empty field and cannot be saved.'],
    ],
  },
  {
    folder: 'src/api',
    things: ['order list', 'member directory', 'feed', 'table sorted by name', 'paged endpoint'],
    troubles: [
      ['The * has no loading state', 'While the next page is on its way the * looks empty, and people click again.'],
      ['Choose the number of entries in the *', 'Twenty per page is too few on large monitors; the * should offer 50 and 100.'],
      ['Print the *', 'Printing the * cuts off columns on the right and repeats no heading.'],
      ['Permissions in the *', 'Guests see rows in the * that they may not open; these should be left out of the page.'],
      ['The * shows archived entries', 'Whatever was archived last year is still in the * and makes it long.'],
    ],
  },
  {
    folder: 'src/cache',
    things: ['cached price list', 'CDN', 'service worker', 'cache of rendered pages', 'release of JavaScript'],
    troubles: [
      ['Purge the * by hand', 'Support needs a button to empty the * for one URL after a wrong price was published.'],
      ['The * is not warmed up', 'The first visitor after a deployment waits for ten seconds, because the * begins empty.'],
      ['Hit rate of the * is unknown', 'We do not know how often the * answers. A counter and a header would tell.'],
      ['The * ignores If-None-Match', 'Clients that ask with an ETag get the whole body from the * each time.'],
      ['Move the * to Redis', 'Each process has its own *, with four times the memory and different contents.'],
    ],
  },
  {
    folder: 'src/export',
    things: ['CSV export', 'Excel import', 'spreadsheet of contacts', 'user list download', 'bulk upload'],
    troubles: [
      ['The * should contain the phone number', 'A column for it is missing in the *, and staff look it up one by one.'],
      ['The * runs into a timeout', 'With a hundred thousand rows the * takes more than a minute, and the gateway ends it.'],
      ['Schedule the *', 'Every Monday somebody clicks the same button for the *. It could be a job that sends a mail.'],
      ['Number format in the *', 'Decimal points in the * are taken for thousands in German Excel.'],
      ['The * forgets the chosen filter', 'The screen shows twelve records, the * has all of them.'],
    ],
  },
  {
    folder: 'packages/live',
    things: ['chat', 'dashboard stream', 'shared editor', 'presence list', 'web socket'],
    troubles: [
      ['The * has no sound', 'New messages in the * are easily missed when the window lies behind others.'],
      ['The * drains the battery', 'On a laptop the * keeps the processor at twenty percent, even with the lid nearly closed.'],
      ['Limit the size of messages in the *', 'Somebody sent a book through the * and all tabs froze.'],
      ['The * does not work through a company firewall', 'Where only port 443 and plain HTTP are allowed, the * never connects.'],
      ['Show who is typing in the *', 'It would help to see in the * that a colleague writes an answer.'],
    ],
  },
  {
    folder: 'migrations',
    things: ['orders table', 'connection pool', 'stock booking', 'ticket overview', 'schema change'],
    troubles: [
      ['Add an index for the *', 'A SELECT for the * reads all rows. With an index on created_at it would be fast.'],
      ['Audit log of the *', 'It has to be known who changed what in the *, for two years.'],
      ['The * is not in the backup test', 'Restoring was tried without the *, so nobody knows whether that works.'],
      ['Use read replicas for the *', 'Queries of the * could go to the replica, which idles most of the day.'],
      ['Rename columns of the *', 'Names in the * are half German and half English.'],
    ],
  },
  {
    folder: 'cmd/config',
    things: ['config file', 'environment variable', '--port option', 'output in a pipe', 'log in CI'],
    troubles: [
      ['Completion for the *', 'The shell should complete what belongs to the *, in bash, zsh and fish.'],
      ['Warn of unknown keys in the *', 'A typing error in the * is silently ignored and the default is taken.'],
      ['The * is not documented', 'Neither --help nor the manual says a word about the *.'],
      ['The * shows secrets', 'Passwords appear in the * when the verbose mode is on; mask them.'],
      ['Reload the * without a restart', 'On SIGHUP the program should read the * anew.'],
    ],
  },
  {
    folder: 'web/components',
    things: ['dialog', 'dark theme', 'application form', 'table header', 'popup'],
    troubles: [
      ['The * is cut off on small screens', 'On a phone in portrait the right part of the * cannot be reached.'],
      ['Contrast of the * is too low', 'Grey on grey: the * does not meet WCAG AA.'],
      ['Animate the *', 'The * appears abruptly; a short transition would be nice, unless motion is reduced.'],
      ['The * needs a story', 'There is no example of the * in the component book, and reviews take longer.'],
      ['Right-to-left for the *', 'In Arabic the * keeps its buttons on the wrong side.'],
    ],
  },
];

/** How the three messages that several subjects share are printed. */
const sharedErrors = (index: number): readonly string[] =>
  [
    `TypeError: Cannot read properties of undefined (reading 'id')\n    at render (/srv/app/web/view${index % 9}.js:${index}:3)`,
    `TimeoutError: no connection available within 5000 ms\n    at acquire (/srv/app/src/queue/pool${index % 7}.ts:${index}:3)`,
    `Error: write EPIPE\n    at flush (/srv/app/src/log${index % 5}.ts:${index}:3)`,
  ].slice(index % 3, (index % 3) + 1);

/**
 * What a knowledge base of some years may hold: what the pairs speak of, and what only sounds like it. All of it is of one repository, so that
 * nothing but what is written tells entries apart.
 */
export function relevanceEntries(): readonly KnowledgeEntry[] {
  const past = pairs.map(({ pair }, index) => pastEntry(pair.past, index));
  const beside = besidePairs.map(([title, body], index) =>
    noteEntry(`beside-${index}`, { title, body, errors: errorsIn(body, 5), repositoryId: 'shop', at: 500 + index }),
  );
  return [...past, ...beside, ...distractors()];
}

type Past = (RelevancePair | DuplicatePair)['past'];

function pastEntry(past: Past, index: number): KnowledgeEntry {
  const { title, body, lesson, paths = [] } = past;
  const error = 'error' in past ? past.error : undefined;
  const told = error === undefined ? body : `${body}\n\n${error}`;
  return noteEntry(`past-${index}`, {
    title,
    body: told,
    lessons: [lesson],
    paths,
    diff: 'change' in past ? past.change : '',
    errors: errorsIn(told, 5),
    repositoryId: 'shop',
    at: index,
  });
}

function distractors(): readonly KnowledgeEntry[] {
  return subjects
    .flatMap(({ folder, things, troubles }) => things.flatMap((thing) => troubles.map(([title, body]) => ({ folder, thing, title, body }))))
    .map(({ folder, thing, title, body }, index) => {
      const errors = index % 11 === 0 ? sharedErrors(index) : [];
      return noteEntry(`other-${index}`, {
        title: title.replaceAll('*', thing),
        body: [body.replaceAll('*', thing), ...errors].join('\n\n'),
        paths: [`${folder}/${thing.replaceAll(/\W+/g, '-').toLowerCase()}.ts`],
        errors: errors.flatMap((text) => errorsIn(text, 5)),
        repositoryId: 'shop',
        at: 1_000 + index,
      });
    });
}

/** What is asked, with the id of the entry that answers it. */
export function relevanceQueries(): ReadonlyArray<{
  readonly query: KnowledgeQuery;
  readonly wanted: string;
  readonly hasError: boolean;
  readonly group: RelevanceGroup;
}> {
  return pairs.map(({ pair: { query }, group }, index) => {
    const text = `${query.title}\n${query.body}`;
    const errorSignatures = errorsIn(text, 5).map(({ signature }) => signature);
    return {
      query: { text, repositoryId: 'shop', errorSignatures, most: 10 },
      wanted: `note:past-${index}`,
      hasError: errorSignatures.length > 0,
      group,
    };
  });
}
