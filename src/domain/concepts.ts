/**
 * Words by which different people tell of the same thing when they report trouble with software: who writes of a crash and who writes of an
 * abort mean one concept. A line is a concept; two words joined by `-` are written as two or as one. English only.
 */
const groups = `
login log-in sign-in signin sign-on logon authenticate authentication auth sso
logout log-out sign-out signout logged-out kicked-out thrown-out
account user member profile identity
password credential passphrase secret
token key cookie session
permission right role access authorise authorize privilege allow
forbidden denied refuse reject unauthorized unauthorised 401 403
crash abort die kill exit terminate panic segfault dead
error exception failure fail failing fault trace traceback stacktrace
hang freeze frozen stuck stall block unresponsive deadlock wait froze
slow performance latency sluggish lag speed takes-ages ages
fast quick instant
memory ram heap oom leak grow
disk storage space full
cpu processor load
duplicate twice double repeated repeat two-times second-time again-and-again
missing absent lack skip omit lost miss forget left-out disappear vanish gone
empty blank nothing zero none null
wrong incorrect invalid bad broken false
delete remove erase drop clear purge wipe cancel removed
add create insert new make
update change edit modify alter save
old stale outdated previous obsolete expired former
expire timeout time-out lifetime ttl
refresh reload renew rotate rotation f5
list table overview directory listing grid feed rows
page paging pagination paginate offset cursor next-page
scroll scrolling infinite
row record entry item line
column field cell header heading
sort order-by alphabetical collation sorting collate
search find query lookup hits result
filter facet option criteria
index reindex catalogue catalog
suggestion autocomplete completion typeahead
hyphen dash minus
accent umlaut diacritic accented unicode utf8 utf-8 encoding charset latin garbled mojibake character
emoji symbol
newline line-break linebreak multi-line several-lines
quote quoting escape escaping
csv spreadsheet excel sheet xls office
import upload ingest bulk batch
export download
file attachment document pdf
picture image photo thumbnail preview gallery
rotate sideways turned orientation portrait degrees
video movie mp4 clip
large big huge oversized giant above
small tiny little
mail email e-mail message newsletter inbox
digest summary daily
unsubscribe opt-out stop-receiving
bounce undeliverable mailbox address
spam junk
notification notice push alert notify reminder
phone mobile android iphone pixel device smartphone tablet ipad
reinstall install setup set-up
browser chrome safari firefox client apple
tab window
screen display show shown view visible
keyboard key-press shortcut escape focus
mouse click tap press
accessibility screen-reader nvda aria wcag
dialog modal popup overlay lightbox
close dismiss quit
form input typed entered enter
validation validate validated
theme dark light dark-mode night white
flash flicker blink
sticky fixed pinned stay-on-top
date day calendar birthday birth
time clock hour
timezone time-zone zone utc local
daylight dst summer clocks-changed spring
recurring repeating weekly recurrence monthly
meeting appointment event
early before ahead
late after later behind
month report statistics figures
last final end
money price amount total sum cost cent penny
round rounding rounded float floating
discount voucher coupon rebate percent percentage
tax vat gst qst
invoice bill receipt charge
refund reimburse paid-back paid-out give-back return sent-back
shipping delivery postage parcel fee shipment
order purchase checkout cart basket
payment pay payout
currency euro dollar
stock inventory warehouse
customer buyer client people
cache cached caching cdn proxy
html markup
javascript js bundle chunk script asset
release deployment deploy rollout version
header content-disposition
request call fetch hit
parallel concurrent simultaneous same-moment same-time race
lock locked mutex
database db sql postgres postgresql table
migration schema alter-table ddl
transaction commit rollback
connection pool socket
query select statement
webhook callback hook
retry repeats again
socket websocket stream eventsource sse live
reconnect disconnect drop dropped
sleep suspend wake waking lid laptop
presence online available green
chat conversation messenger
editor caret cursor selection
server backend host node service
config configuration setting settings preference
environment variable env
flag argument command-line option parameter
terminal console shell stdout output
pipe epipe broken-pipe
colour color ansi escape-sequence
ci pipeline jenkins build
log logging logs
json yaml parse parser syntax
bom byte-order-mark
injection xss formula exploit vulnerability attack pentest
privacy leak somebody-else another-person another-customer
link url href
redirect forward
rate-limit throttle limit too-many quota attempts
office company firm
address ip
schedule job cron
test spec
document documentation manual docs
translate translation language locale
temporary temp tmp leftover part
`;

/** A concept as an index holds it: letters only, and nothing that anybody writes. */
const mark = 'qq';

const conceptsOfWord = new Map<string, readonly string[]>();
for (const group of groups.trim().split('\n')) {
  const words = group.split(' ');
  const concept = `${mark}${(words[0] ?? '').replaceAll('-', '')}`;
  for (const word of words) {
    const known = word.split('-').map(plainStem).join(' ');
    conceptsOfWord.set(known, [...new Set([...(conceptsOfWord.get(known) ?? []), concept])]);
  }
}

/** The concepts that a text speaks of, in the order of its words; as often as it does. */
export function conceptsIn(text: string): readonly string[] {
  const stems = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map(plainStem);
  return stems.flatMap((stem, index) => {
    const next = stems[index + 1];
    const pair = next === undefined ? undefined : conceptsOfWord.get(`${stem} ${next}`);
    return [...(conceptsOfWord.get(stem) ?? []), ...(pair ?? [])];
  });
}

/** Whether it stands for a concept, and is no word that people should see. */
export function isConcept(word: string): boolean {
  return word.startsWith(mark);
}

/** What a word has in common with its other forms, near enough. */
export function plainStem(word: string): string {
  if (word.length < 5) return word.length === 4 && /[^su]s$/.test(word) ? word.slice(0, -1) : word;
  const stem = word.replace(/(?:ations?|ings?|ions?|ied|ies|ed|es|ly|ers?|s|e|y)$/, '');
  return stem.length < 3 ? word : stem.replace(/([^aeiouls])\1$/, '$1');
}
