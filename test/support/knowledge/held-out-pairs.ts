import type { RelevancePair } from './relevance-pairs.ts';

/** Written when weights and concepts were fixed, and never used to choose them: they tell how well those do on what they were not made for. */
export const heldOutPairs: readonly RelevancePair[] = [
  {
    past: {
      title: 'Session cookie is not sent from the embedded widget',
      body: 'Inside an iframe of another site the cookie is blocked, as it has SameSite=Lax. Users of the widget have to sign in on every page.',
      lesson: 'SameSite=None; Secure; Partitioned for the widget only.',
    },
    query: {
      title: 'Partners who embed us are asked for the password all the time',
      body: 'In the frame on their homepage nobody stays logged in. It seems that third-party cookies are the reason.',
    },
  },
  {
    past: {
      title: 'Voucher can be redeemed more often than allowed when clicked quickly',
      body: 'Two requests read the remaining count before either writes it. A coupon for one use was taken four times.',
      lesson: 'UPDATE ... WHERE remaining > 0 decides, not the value that was read before.',
    },
    query: {
      title: 'Single-use coupon accepted several times',
      body: 'A customer hammered the button and got the rebate on three orders, although it is limited to one. Some race, I guess.',
    },
  },
  {
    past: {
      title: 'Resuming an interrupted upload begins from zero',
      body: 'The server forgets the offset when the process restarts, because parts are only listed in memory.',
      lesson: 'The offset is the size of the part file.',
      paths: ['server/upload/resume.go'],
    },
    query: {
      title: 'Lost network means sending the whole file again',
      body: 'On the train the connection drops often. Continuing the transfer never works after your nightly restart, it starts over at 0 %.',
    },
  },
  {
    past: {
      title: 'Search finds nothing for words of two letters',
      body: 'Terms shorter than three characters are left out of the index, so "Go" and "C#" have no results.',
      lesson: 'Short words are kept when they are no stop words.',
    },
    query: {
      title: 'Cannot look for "R" or "Go"',
      body: 'Names of programming languages with one or two characters give an empty result list.',
    },
  },
  {
    past: {
      title: 'Digest contains items that were read meanwhile',
      body: 'The list is built in the evening and sent in the morning. Whatever was opened between should be left out.',
      lesson: 'The content is made when it is sent.',
    },
    query: {
      title: 'Daily mail tells me about things I have seen already',
      body: 'Before going to bed I went through everything, still the morning summary lists all of it as unread.',
    },
  },
  {
    past: {
      title: 'Week numbers are off by one in January',
      body: 'We count from the first of January. ISO 8601 says that the first week is the one with a Thursday.',
      lesson: 'ISO week, with its own year.',
    },
    query: {
      title: 'Calendar week in the report differs from everybody else',
      body: 'Our planning tool and Outlook say CW 1, your monthly report says 2 for the same Monday after New Year.',
    },
  },
  {
    past: {
      title: 'Sort order of the order list is lost when going back',
      body: 'The choice lives in the state of the component and not in the address.',
      lesson: 'Sorting and filters are part of the URL.',
    },
    query: {
      title: 'Back button resets how the orders are sorted',
      body: 'I arrange the list by amount, open one entry, return, and it is by date again.',
    },
  },
  {
    past: {
      title: 'Service worker serves an old API answer when offline is over',
      body: 'The strategy is cache-first for /api too. After the network is back people still see yesterday’s data.',
      lesson: 'Network-first for /api, cache-first for hashed assets.',
    },
    query: {
      title: 'Stale data after coming back online',
      body: 'After a flight the app keeps showing what it had cached before, until I clear the site data by hand.',
    },
  },
  {
    past: {
      title: 'Leading zeros of postal codes are lost in the Excel import',
      body: 'The reader takes cells for numbers: 01067 becomes 1067 and addresses in Dresden are wrong.',
      lesson: 'The formatted text of a cell is read.',
    },
    query: {
      title: 'Zip codes from the spreadsheet are one digit too short',
      body: 'Everything in East Germany or Massachusetts comes in without its first 0 after the bulk upload.',
    },
  },
  {
    past: {
      title: 'Dashboard stream stops after exactly sixty seconds',
      body: 'The load balancer closes idle connections. Nothing is sent when nothing happens.',
      lesson: 'A comment line every fifteen seconds keeps the stream open.',
      error: 'Error: stream closed before a final event\n    at readEvents (/srv/app/packages/live/events.ts:31:9)',
    },
    query: {
      title: 'Live figures freeze after a minute without changes',
      body: 'Reloading helps for the next minute.\nError: stream closed before a final event\n    at readEvents (/home/web/packages/live/events.ts:44:9)',
    },
  },
  {
    past: {
      title: 'Unique index cannot be made because of duplicate mail addresses',
      body: 'Ada@x.org and ada@x.org are two accounts. The migration that adds the unique key fails in production.',
      lesson: 'Merge accounts that differ by case first; then lower(mail) is unique.',
    },
    query: {
      title: 'Schema upgrade aborts with "could not create unique index"',
      body: 'Some people registered twice, once with a capital letter in their address. The release is blocked by that.',
    },
  },
  {
    past: {
      title: 'Relative paths in the config file are resolved from the working directory',
      body: 'Starting the program from another folder makes it look for certificates in the wrong place.',
      lesson: 'Paths in a file are relative to that file.',
    },
    query: {
      title: 'Certificate not found unless I cd into the project first',
      body: 'The settings say ./certs/a.pem. When systemd launches it, it searches beneath / instead of next to the configuration.',
    },
  },
];
