/** A small project with one defect, the issue that tells of it, and what would be right. */
export interface ExampleIssue {
  /** Of the repository: letters and dashes. */
  readonly name: string;
  readonly title: string;
  readonly body: string;
  /** What `src/index.js` holds, and should hold. */
  readonly wrong: string;
  readonly right: string;
  /** The statements of its tests, by name; at least one fails. */
  readonly tests: Readonly<Record<string, string>>;
}

/**
 * Twenty-four issues as people write them, about faults as they happen: edges, signs, order, units, rounding, forgotten cases. They were written for
 * this benchmark. For the search that needs no model one small edit mends most of them; the tests show the fault, as it needs them to.
 */
export const exampleIssues: readonly ExampleIssue[] = [
  {
    name: 'free-shipping',
    title: 'isFree() in src/index.js charges shipping at exactly 50.00',
    body: 'From 50 on it should be free. A customer with a basket of exactly 50.00 paid.',
    wrong: 'export const isFree = (total) => total > 50;',
    right: 'export const isFree = (total) => total >= 50;',
    tests: {
      'is free at the limit': 'equal(isFree(50), true)',
      'costs below': 'equal(isFree(49.99), false)',
      'is free above': 'equal(isFree(80), true)',
    },
  },
  {
    name: 'page-count',
    title: 'pageCount() in src/index.js loses the last page',
    body: '21 rows with 10 a page are three pages, and we show two.',
    wrong: 'export const pageCount = (rows, size) => Math.floor(rows / size);',
    right: 'export const pageCount = (rows, size) => Math.ceil(rows / size);',
    tests: {
      'counts a page that is not full': 'equal(pageCount(21, 10), 3)',
      'counts full pages': 'equal(pageCount(20, 10), 2)',
      'has none': 'equal(pageCount(0, 10), 0)',
    },
  },
  {
    name: 'leap-years',
    title: 'isLeap() in src/index.js takes 1900 for a leap year',
    body: 'Years that 100 divides are none, but for those that 400 divides.',
    wrong: 'export const isLeap = (year) => year % 4 === 0 || (year % 100 !== 0 && year % 400 === 0);',
    right: 'export const isLeap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;',
    tests: {
      'a century is none': 'equal(isLeap(1900), false)',
      'the fourth is one': 'equal(isLeap(2000), true)',
      'usual ones': 'equal(isLeap(2024) && !isLeap(2023), true)',
    },
  },
  {
    name: 'net-price',
    title: 'gross() in src/index.js takes the tax off',
    body: 'gross(100, 20) should be 120, it is 80.',
    wrong: 'export const gross = (net, percent) => net - (net * percent) / 100;',
    right: 'export const gross = (net, percent) => net + (net * percent) / 100;',
    tests: { 'puts the tax on': 'equal(gross(100, 20), 120)', 'leaves it as it is without': 'equal(gross(80, 0), 80)' },
  },
  {
    name: 'queue-order',
    title: 'nextOf() in src/index.js serves the newest customer first',
    body: 'Whoever came first has to be served first.',
    wrong: 'export const nextOf = (waiting) => waiting[waiting.length - 1];',
    right: 'export const nextOf = (waiting) => waiting[0];',
    tests: { 'the first comes first': "equal(nextOf(['ada', 'bob', 'cy']), 'ada')", 'one alone': "equal(nextOf(['ada']), 'ada')" },
  },
  {
    name: 'seconds',
    title: 'minutes() in src/index.js is sixty times too large',
    body: 'minutes(120) should be 2.',
    wrong: 'export const minutes = (seconds) => seconds * 60;',
    right: 'export const minutes = (seconds) => seconds / 60;',
    tests: { 'two minutes': 'equal(minutes(120), 2)', 'half of one': 'equal(minutes(30), 0.5)' },
  },
  {
    name: 'average',
    title: 'average() in src/index.js forgets the first value',
    body: 'average([10, 20, 30]) is 16.67 and should be 20.',
    wrong:
      'export function average(values) {\n  let sum = 0;\n  for (let i = 1; i < values.length; i += 1) sum += values[i];\n  return sum / values.length;\n}',
    right:
      'export function average(values) {\n  let sum = 0;\n  for (let i = 0; i < values.length; i += 1) sum += values[i];\n  return sum / values.length;\n}',
    tests: { 'of three': 'equal(average([10, 20, 30]), 20)', 'of one': 'equal(average([7]), 7)', 'of zeros': 'equal(average([0, 0]), 0)' },
  },
  {
    name: 'largest',
    title: 'largest() in src/index.js is 0 where all are negative',
    body: 'Temperatures in winter: largest([-8, -3]) should be -3.',
    wrong:
      'export function largest(values) {\n  let best = 0;\n  for (const value of values) if (value > best) best = value;\n  return best;\n}',
    right:
      'export function largest(values) {\n  let best = values[0];\n  for (const value of values) if (value > best) best = value;\n  return best;\n}',
    tests: { 'below zero': 'equal(largest([-8, -3, -5]), -3)', 'above zero': 'equal(largest([1, 9, 4]), 9)' },
  },
  {
    name: 'discount',
    title: 'discount() in src/index.js gives members nothing',
    body: 'Members have 10 %, and guests nothing. It is the other way round.',
    wrong: 'export const discount = (isMember) => (isMember ? 0 : 10);',
    right: 'export const discount = (isMember) => (isMember ? 10 : 0);',
    tests: { 'members have ten': 'equal(discount(true), 10)', 'guests have none': 'equal(discount(false), 0)' },
  },
  {
    name: 'initials',
    title: 'initials() in src/index.js leaves out the last name',
    body: '"Ada Lovelace" should be "AL".',
    wrong: "export const initials = (name) => name.split(' ').slice(0, -1).map((word) => word[0]).join('');",
    right: "export const initials = (name) => name.split(' ').map((word) => word[0]).join('');",
    tests: { 'of two names': "equal(initials('Ada Lovelace'), 'AL')", 'of one': "equal(initials('Ada'), 'A')" },
  },
  {
    name: 'countdown',
    title: 'countdown() in src/index.js does not reach zero',
    body: 'countdown(3) should be 3, 2, 1, 0.',
    wrong: 'export function countdown(from) {\n  const all = [];\n  for (let i = from; i > 0; i -= 1) all.push(i);\n  return all;\n}',
    right: 'export function countdown(from) {\n  const all = [];\n  for (let i = from; i >= 0; i -= 1) all.push(i);\n  return all;\n}',
    tests: { 'ends with zero': 'deepEqual(countdown(3), [3, 2, 1, 0])', 'of zero': 'deepEqual(countdown(0), [0])' },
  },
  {
    name: 'in-range',
    title: 'within() in src/index.js accepts values above the upper limit',
    body: 'within(11, 1, 10) should be false.',
    wrong: 'export const within = (value, low, high) => value >= low || value <= high;',
    right: 'export const within = (value, low, high) => value >= low && value <= high;',
    tests: {
      'is not above': 'equal(within(11, 1, 10), false)',
      'is not below': 'equal(within(0, 1, 10), false)',
      'is between': 'equal(within(5, 1, 10), true)',
    },
  },
  {
    name: 'celsius',
    title: 'celsius() in src/index.js adds where it should subtract',
    body: 'celsius(212) should be 100.',
    wrong: 'export const celsius = (fahrenheit) => ((fahrenheit + 32) * 5) / 9;',
    right: 'export const celsius = (fahrenheit) => ((fahrenheit - 32) * 5) / 9;',
    tests: { boiling: 'equal(celsius(212), 100)', freezing: 'equal(celsius(32), 0)' },
  },
  {
    name: 'slug',
    title: 'slug() in src/index.js replaces only the first blank',
    body: '"a b c" should be "a-b-c".',
    wrong: "export const slug = (text) => text.toLowerCase().replace(' ', '-');",
    right: "export const slug = (text) => text.toLowerCase().replaceAll(' ', '-');",
    tests: { 'of three words': "equal(slug('A b C'), 'a-b-c')", 'of one': "equal(slug('One'), 'one')" },
  },
  {
    name: 'totals',
    title: 'total() in src/index.js ignores how many were ordered',
    body: 'Two of 5.00 are 10.00 and not 5.00.',
    wrong: 'export const total = (lines) => lines.reduce((sum, { price }) => sum + price, 0);',
    right: 'export const total = (lines) => lines.reduce((sum, { price, count }) => sum + price * count, 0);',
    tests: { 'of two': 'equal(total([{ price: 5, count: 2 }]), 10)', 'of nothing': 'equal(total([]), 0)' },
  },
  {
    name: 'newest',
    title: 'newest() in src/index.js gives the oldest entry',
    body: 'The entry with the latest time should come.',
    wrong: 'export const newest = (entries) => entries.toSorted((a, b) => a.at - b.at)[0];',
    right: 'export const newest = (entries) => entries.toSorted((a, b) => b.at - a.at)[0];',
    tests: {
      'has the latest time': 'deepEqual(newest([{ at: 1 }, { at: 3 }, { at: 2 }]), { at: 3 })',
      'one alone': 'deepEqual(newest([{ at: 4 }]), { at: 4 })',
    },
  },
  {
    name: 'rounding',
    title: 'cents() in src/index.js cuts instead of rounding',
    body: '10.999 should be 1100 cents.',
    wrong: 'export const cents = (amount) => Math.floor(amount * 100);',
    right: 'export const cents = (amount) => Math.round(amount * 100);',
    tests: { 'rounds up': 'equal(cents(10.999), 1100)', 'keeps what is whole': 'equal(cents(3), 300)' },
  },
  {
    name: 'palindrome',
    title: 'isPalindrome() in src/index.js is never true for capital letters',
    body: '"Anna" is one.',
    wrong: "export const isPalindrome = (word) => word.toLowerCase() === [...word].reverse().join('');",
    right: "export const isPalindrome = (word) => word.toLowerCase() === [...word.toLowerCase()].reverse().join('');",
    tests: {
      'with a capital': "equal(isPalindrome('Anna'), true)",
      without: "equal(isPalindrome('otto'), true)",
      'is none': "equal(isPalindrome('Ada1'), false)",
    },
  },
  {
    name: 'overdue',
    title: 'isOverdue() in src/index.js warns a day early',
    body: 'On the last day itself it is not overdue.',
    wrong: 'export const isOverdue = (today, due) => today >= due;',
    right: 'export const isOverdue = (today, due) => today > due;',
    tests: { 'not on the day': 'equal(isOverdue(10, 10), false)', 'the day after': 'equal(isOverdue(11, 10), true)' },
  },
  {
    name: 'bounded',
    title: 'clamp() in src/index.js returns the wrong limit',
    body: 'clamp(20, 0, 10) should be 10.',
    wrong: 'export const clamp = (value, low, high) => Math.max(high, Math.max(low, value));',
    right: 'export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));',
    tests: { above: 'equal(clamp(20, 0, 10), 10)', below: 'equal(clamp(-5, 0, 10), 0)', between: 'equal(clamp(5, 0, 10), 5)' },
  },
  {
    name: 'fibonacci',
    title: 'fibonacci() in src/index.js is one step behind',
    body: 'fibonacci(6) should be 8.',
    wrong: 'export function fibonacci(n) {\n  let [a, b] = [0, 1];\n  for (let i = 1; i < n; i += 1) [a, b] = [b, a + b];\n  return a;\n}',
    right: 'export function fibonacci(n) {\n  let [a, b] = [0, 1];\n  for (let i = 0; i < n; i += 1) [a, b] = [b, a + b];\n  return a;\n}',
    tests: { 'the sixth': 'equal(fibonacci(6), 8)', 'the first': 'equal(fibonacci(1), 1)', 'the none': 'equal(fibonacci(0), 0)' },
  },
  {
    name: 'unique',
    title: 'unique() in src/index.js keeps what is there twice',
    body: 'unique([1, 1, 2]) should be [1, 2].',
    wrong: 'export const unique = (values) => values.filter((value, index) => values.indexOf(value) <= index);',
    right: 'export const unique = (values) => values.filter((value, index) => values.indexOf(value) === index);',
    tests: { 'once each': 'deepEqual(unique([1, 1, 2]), [1, 2])', 'as it was': 'deepEqual(unique([3, 4]), [3, 4])' },
  },
  {
    name: 'weekend',
    title: 'isWeekend() in src/index.js forgets Sunday',
    body: 'Days are counted from Sunday, 0, to Saturday, 6.',
    wrong: 'export const isWeekend = (day) => day === 1 || day === 6;',
    right: 'export const isWeekend = (day) => day === 0 || day === 6;',
    tests: { sunday: 'equal(isWeekend(0), true)', monday: 'equal(isWeekend(1), false)', saturday: 'equal(isWeekend(6), true)' },
  },
  {
    name: 'remaining',
    title: 'remaining() in src/index.js may be negative',
    body: 'Where more was taken than there was, nothing remains: 0.',
    wrong: 'export const remaining = (stock, taken) => Math.min(0, stock - taken);',
    right: 'export const remaining = (stock, taken) => Math.max(0, stock - taken);',
    tests: { 'nothing remains': 'equal(remaining(2, 5), 0)', 'something remains': 'equal(remaining(5, 2), 3)' },
  },
];
