import type { DuplicatePair } from './pair.ts';

/** Of a driver for PostgreSQL with a pool, in Python. */
export const databaseDriverPairs: readonly DuplicatePair[] = [
  {
    shares: 'names',
    past: {
      title: 'Pool.acquire() ignores its timeout while connecting',
      body: 'acquire(timeout=2) waits for a free connection no longer than two seconds, but when a new one has to be opened the timeout does not count. With a dead host it hangs for the two minutes of TCP.',
      paths: ['quill/pool.py'],
      change: '-        conn = await self._connect()\n+        conn = await asyncio.wait_for(self._connect(), deadline - loop.time())',
      lesson: 'One deadline for all of acquire, also for what it opens.',
    },
    query: {
      title: 'Failover takes minutes although acquire timeout is 3 s',
      body: 'During a switch of our primary each request blocked for over 120 seconds in pool.acquire(timeout=3). I would have expected TimeoutError. Only happens when the old machine is switched off entirely, not when the server process is stopped.',
    },
    beside: [['Pool.acquire() should be fair', 'Under load some tasks wait much longer than others, as waiters are woken in no order.']],
  },
  {
    shares: 'names',
    past: {
      title: 'statement_cache_size=0 still prepares statements',
      body: 'Behind PgBouncer in transaction mode we switch the cache off, but fetch() goes on to use named prepared statements, which exist on another server connection then.',
      paths: ['quill/connection.py', 'quill/protocol/prepare.py'],
      change: "-        name = f'__quill_{next(counter)}'\n+        name = '' if self._cache_size == 0 else f'__quill_{next(counter)}'",
      lesson: 'Without a cache only the unnamed statement is used.',
    },
    query: {
      title: 'PgBouncer incompatible even with statement_cache_size=0',
      body: 'prepared statement "__quill_3" does not exist, about once in a hundred queries. The docs say that turning off the cache is enough when a transaction pooler sits in between.',
    },
    beside: [
      [
        'statement_cache_size has no effect on executemany',
        'Memory of the server grows: each batch is prepared once more and never closed.',
      ],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Connections that were cut while idle are handed out',
      body: 'A firewall drops idle TCP connections after an hour. The pool gives one of these away and the first query fails. Check a connection that has been idle for long before it is given.',
      paths: ['quill/pool.py'],
      change: '+            if idle_for > self.check_after and not await conn.is_alive():\n+                continue',
      lesson: 'What has been idle for more than a minute is asked whether it lives.',
    },
    query: {
      title: 'First request every morning fails',
      body: 'Overnight nobody uses our service. The first one to come gets a 500 since the server closed the link long ago, the second try is fine. We run in Azure which kills quiet sockets.',
    },
    beside: [
      [
        'Idle connections are never closed',
        'After a peak the pool stays at its maximum for days. There should be a time after which it shrinks.',
      ],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Transactions stay open when the task is cancelled',
      body: 'If a coroutine is cancelled inside `async with conn.transaction()`, the connection goes back to the pool without ROLLBACK. Locks are held until somebody else uses it.',
      paths: ['quill/transaction.py'],
      change: '-        except Exception:\n+        except BaseException:\n             await asyncio.shield(self._rollback())',
      lesson: 'CancelledError is no Exception; rollback is shielded.',
    },
    query: {
      title: 'Rows remain locked after a client disconnects',
      body: 'When the browser goes away our web framework aborts the handler in the middle of a unit of work. From then on updates of that account hang; pg_stat_activity says idle in transaction.',
    },
    beside: [
      [
        'Nested transactions ignore their isolation level',
        'A savepoint cannot have another isolation than its transaction; that should be an error and not silent.',
      ],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'Decoding of infinity timestamps overflows',
      body: 'SELECT \'infinity\'::timestamptz raises\n\nOverflowError: date value out of range\n  File "quill/types/datetime.py", line 57, in decode_timestamptz\n    return EPOCH + timedelta(microseconds=value)',
      paths: ['quill/types/datetime.py'],
      change: '+    if value == POSITIVE_INFINITY:\n+        return datetime.max',
      lesson: 'infinity and -infinity become datetime.max and datetime.min.',
    },
    query: {
      title: 'Crash on reading subscriptions without an end',
      body: 'valid_until is set to infinity by another program of ours.\n\nTraceback (most recent call last):\n  File "/app/billing.py", line 31, in load\n    rows = await conn.fetch(QUERY)\n  File "/usr/lib/python3.12/site-packages/quill/types/datetime.py", line 61, in decode_timestamptz\nOverflowError: date value out of range',
    },
    beside: [['Time zone of timestamptz is always UTC', 'decode_timestamptz should honour the TimeZone of the session.']],
  },
  {
    shares: 'error',
    past: {
      title: 'More than 32767 parameters give a confusing error',
      body: 'An INSERT of 10,000 rows of 4 columns fails:\n\nstruct.error: \'h\' format requires -32768 <= number <= 32767\n  File "quill/protocol/bind.py", line 22, in encode_bind',
      paths: ['quill/protocol/bind.py'],
      change:
        "-    out += struct.pack('!h', len(args))\n+    if len(args) > 65535:\n+        raise TooManyParameters(len(args))\n+    out += struct.pack('!H', len(args))",
      lesson: 'The count of parameters is unsigned: 65535 at most, and said so.',
    },
    query: {
      title: "bulk insert: struct.error: 'h' format requires -32768 <= number <= 32767",
      body: 'Happens when the list is larger than about 8000 elements. Smaller ones work. Is there a limit, and could the message say so?',
    },
    beside: [
      ['COPY of many rows is slow', 'copy_records_to_table encodes each row with struct.pack on its own; joining first doubles the speed.'],
    ],
  },
  {
    shares: 'names',
    past: {
      title: 'sslmode=verify-full does not check the host name',
      body: 'With `sslrootcert` given the context is made anew and check_hostname stays False, so that verify-full is the same as verify-ca.',
      paths: ['quill/tls.py'],
      change: "+    context.check_hostname = mode == 'verify-full'",
      lesson: 'check_hostname is set last, after all that makes a new context.',
    },
    query: {
      title: 'Security: man in the middle is possible with sslrootcert',
      body: 'I pointed the client at a server whose certificate is for another domain but from the same CA. It connects without complaint, with sslmode=verify-full. psql refuses it.',
    },
    beside: [['sslmode=prefer does not fall back', 'A server without TLS refuses us, though prefer should try in clear then.']],
  },
  {
    shares: 'names',
    past: {
      title: 'LISTEN callbacks are lost after reset()',
      body: 'When a connection goes back to the pool, reset() sends UNLISTEN * but keeps the callbacks registered by add_listener; the next user who adds the same one gets no notification, since it believes to be listening already.',
      paths: ['quill/connection.py'],
      change: '+        self._listeners.clear()',
      lesson: 'reset() forgets everything that it undoes on the server.',
    },
    query: {
      title: 'add_listener works only the first time',
      body: 'Our worker takes a connection, registers a handler for channel "jobs", releases, later takes one again and registers again. From the second round on, NOTIFY never arrives.',
    },
    beside: [['add_listener should accept coroutines', 'Only plain functions are called today; a coroutine is created and never awaited.']],
  },
  {
    shares: 'sense',
    past: {
      title: 'Decimal columns come back as float in arrays',
      body: 'A numeric is decoded to Decimal, but numeric[] gives floats, so amounts lose cents. The array decoder falls back to the text form and guesses.',
      paths: ['quill/types/array.py'],
      change: '-    return [guess(item) for item in items]\n+    return [element_codec.decode(item) for item in items]',
      lesson: 'Elements of arrays use the codec of their type.',
    },
    query: {
      title: 'Loss of precision when a list of prices is read',
      body: 'Single values are exact. If I aggregate with array_agg in SQL, 0.10 turns into 0.1000000000000000055 in Python.',
    },
    beside: [['Arrays with more than one dimension are flattened', 'int[][] is returned as one list.']],
  },
  {
    shares: 'sense',
    past: {
      title: 'Server notices fill the log',
      body: 'Every "relation already exists, skipping" is logged as a warning by the driver. NOTICE should be debug, WARNING should be warning.',
      paths: ['quill/log.py'],
      change: "+LEVELS = {'NOTICE': logging.DEBUG, 'WARNING': logging.WARNING}",
      lesson: 'Severity of the server decides the level.',
    },
    query: {
      title: 'Please be less noisy during start-up',
      body: 'Our migrations use IF NOT EXISTS everywhere; each statement that has nothing to do prints a line in yellow. Hundreds of them in our Sentry. They are purely informational.',
    },
    beside: [['Slow queries should be logged', 'An option with a number of seconds; above it a warning with the statement.']],
  },
];
