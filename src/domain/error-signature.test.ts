import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import { errorSignature, errorsIn, normalMessage, signatureMessage } from './error-signature.ts';

const node = (folder: string, line: number, name: string) => `
TypeError: Cannot read properties of undefined (reading '${name}')
    at Array.map (<anonymous>)
    at total (${folder}/node_modules/money/index.js:3:9)
    at Object.total (${folder}/src/cart.js:${line}:17)
    at async checkout (file://${folder}/src/checkout.js:${line + 4}:3)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`;

const python = (folder: string, line: number, order: number) => `
Traceback (most recent call last):
  File "${folder}/app.py", line ${line}, in <module>
    main()
  File "${folder}/shop/orders.py", line ${line + 20}, in place
    return table[key]
           ~~~~~^^^^^
  File "/usr/lib/python3.12/collections/__init__.py", line 1015, in __getitem__
    raise KeyError(key)
KeyError: 'order-${order}'`;

const java = (line: number, table: string) => `
2026-03-0${line} 11:22:33.4 ERROR request failed
java.lang.RuntimeException: could not place order ${line}
\tat com.shop.web.Orders.post(Orders.java:${line})
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: java.sql.SQLException: relation "${table}" does not exist
\tat org.apache.pool.Driver.run(Driver.java:8)
\tat com.shop.store.OrderTable.lambda$insert$0(OrderTable.java:${line + 7})
\t... 12 more`;

const go = (address: string, index: number) => `
panic: runtime error: index out of range [${index}] with length 3

goroutine ${index} [running]:
runtime.gopanic({0x4a, 0x1})
\t/usr/local/go/src/runtime/panic.go:770 +0x132
github.com/shop/cart.(*Cart).Total(${address}, 0x5)
\t/home/ada/shop/cart.go:${index + 12} +0x1d
main.main()
\t/home/ada/shop/main.go:9 +0x45`;

const rust = (thread: string, line: number) => `
thread '${thread}' panicked at src/cart.rs:${line}:5:
index out of bounds: the len is 3 but the index is ${line}
stack backtrace:
   0: rust_begin_unwind
             at /rustc/9fc6b431/library/std/src/panicking.rs:652:5
   1: core::panicking::panic_fmt
             at /rustc/9fc6b431/library/core/src/panicking.rs:72:14
   2: shop::cart::total::h0123456789abcdef
             at ./src/cart.rs:${line}:5
   3: shop::main
             at ./src/main.rs:3:1`;

describe('the same error has the same signature, whoever ran it and when', () => {
  it.each([
    [
      'Node',
      node('/home/ada/shop', 12, 'price'),
      node('/srv/app', 340, 'amount'),
      "TypeError: Cannot read properties of undefined (reading '*') @ total cart.js",
    ],
    ['Python', python('/home/ada', 1, 17), python('/app', 90, 4), "KeyError: '*' @ place orders.py"],
    ['Java', java(1, 'orders'), java(7, 'carts'), "SQLException: relation '*' does not exist @ OrderTable.insert OrderTable.java"],
    ['Go', go('0xc000', 5), go('0xd1', 8), 'panic: runtime error: index out of range [#] with length # @ cart.(*Cart).Total cart.go'],
    [
      'Rust',
      rust('main', 4),
      rust('worker-3', 88),
      'panic: index out of bounds: the len is # but the index is # @ shop::cart::total cart.rs',
    ],
  ])('%s', (_, one, other, signature) => {
    expect(errorSignature(one)).toBe(signature);
    expect(errorSignature(other)).toBe(signature);
  });

  it('Rust before 1.73, and a compiler', () => {
    expect(errorSignature("thread 'main' panicked at 'no entry for 7', src/a.rs:4:5")).toBe('panic: no entry for #');
    expect(errorSignature("src/a.ts(4,7): error TS2345: Argument of type 'A' is not assignable to parameter of type 'B'.")).toBe(
      "TS2345: Argument of type '*' is not assignable to parameter of type '*'.",
    );
  });
});

test('another place, another message and another type are other errors; where it was can be left out', () => {
  const here = errorSignature(node('/a', 1, 'x'));
  const there = errorSignature(node('/a', 1, 'x').replace('cart.js', 'basket.js').replace('Object.total', 'sum'));
  expect(there).not.toBe(here);
  expect(signatureMessage(there)).toBe(signatureMessage(here));
  expect(signatureMessage(here)).toBe("TypeError: Cannot read properties of undefined (reading '*')");
  expect(errorSignature('RangeError: a')).not.toBe(errorSignature('TypeError: a'));
});

test('what changes from one time to the next is gone from a message', () => {
  expect(normalMessage('GET https://a.example/b?c=1 took 3,200.5 ms at 2026-01-02T03:04:05.678Z (12:30)')).toBe(
    'GET <url> took # ms at <time> (<time>)',
  );
  expect(normalMessage('object 0x7ffe12 of 6ba7b810-9dad-11d1-80b4-00c04fd430c8 in commit 9fceb02d0ae5')).toBe(
    'object <hex> of <id> in commit <hex>',
  );
  expect(normalMessage("can't open /home/ada/a b.txt:12 or src\\b\\c.ts:1:2, it's “gone”")).toBe(
    "can't open <path> b.txt:# or <path>, it's '*'",
  );
  expect(normalMessage('deadbeef facade')).toBe('deadbeef facade');
});

test('a log tells of several, each once; a text without an error is known by its first line', () => {
  const log = [node('/a', 1, 'x'), 'all well', python('/b', 2, 3), node('/c', 4, 'y'), '10:11:12 ERROR pool is full (12 of 12)'].join('\n');
  expect(errorsIn(log, 9).map(({ signature }) => signature)).toEqual([
    "TypeError: Cannot read properties of undefined (reading '*') @ total cart.js",
    "KeyError: '*' @ place orders.py",
    'error: pool is full (# of #)',
  ]);
  expect(errorsIn(log, 1)).toHaveLength(1);
  expect(errorsIn('The total of a cart is wrong.\nAlways.', 9)).toEqual([]);
  expect(errorSignature('\n\u001B[31mexpected 3 to be 4\u001B[39m\n')).toBe('expected # to be #');
  expect(errorSignature(' \n ')).toBe('');
});

test('any text has one, short and the same each time, and a hostile one takes no time', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (text) => {
      expect(errorSignature(text)).toBe(errorSignature(text));
      expect(errorSignature(text).length).toBeLessThanOrEqual(300);
    }),
  );
  for (const part of ['a.', "'", 'A', '/', '0', 'at (', 'File "', '   at a(', '1:', "thread '", '[', 'aA1/.:']) {
    const took = processorMs(() => {
      errorSignature(part.repeat(100_000));
      errorsIn(`${part.repeat(400)}\n`.repeat(300), 5);
    });
    expect(took, part).toBeLessThan(1_500);
  }
});
