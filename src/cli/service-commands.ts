import type { Command } from 'commander';
import { Option } from 'commander';
import { logLevels } from '../domain/signals.ts';
import { hostAndPort, hostAndPortOrNone, labels, notNegative, wholeNumber } from './read-option.ts';
import type { Shell } from './shell.ts';

/** Told with which exit code a command has ended. */
export type Done = (code: number) => void;

const serviceExamples = `
Examples:
  miyabi serve                                          carry whatever nobody carries on this machine; the dashboard at 127.0.0.1:4747
  miyabi serve --listen 0.0.0.0:8080                    dashboard, API (docs/api.md) and webhooks for others too, who need a token
  miyabi serve --listen none                            answer nobody
  miyabi worker --database postgres://miyabi@db/miyabi  take tasks on this machine, as any number of others do
  miyabi worker --label gpu --label region:eu --worlds 2

What it does is written to standard error: sentences on a terminal, lines of JSON anywhere else (docs/logs.md).
A task is taken by a worker that has what it needs: its agent (agent:codex), its walls (isolation:bubblewrap) and memory (memoryMb=8192) are
found by themselves; --label adds others. The password of the database is best given as PGPASSWORD or in MIYABI_DATABASE_URL.
The first Ctrl-C (or SIGTERM) lets what runs come to its end for as long as --drain says; the second hands it back at once. Nothing is lost
by either, nor by a kill -9: what was under way is done by others.`;

/** `serve` and `worker`. */
export function addServices(program: Command, shell: Shell, done: Done): void {
  const services = {
    serve: 'carry runs as a service, until it is stopped',
    worker: 'take tasks on this machine, beside any number of other workers on one database',
  };
  for (const [name, description] of Object.entries(services)) {
    program
      .command(name)
      .description(description)
      .addOption(
        new Option('--label <label...>', 'what this machine has for tasks that need it, such as gpu or region:eu').argParser(labels),
      )
      .addOption(
        new Option('--worlds <number>', 'worlds at the same time (default: what the machine carries)').argParser(wholeNumber(1, 10)),
      )
      .addOption(
        new Option('--drain <seconds>', 'how long what runs may take to end when it is stopped').argParser(notNegative).default(30),
      )
      .addOption(
        new Option(
          '--listen <host:port>',
          `answer there: the dashboard (/), the API (/api/v1), monitoring (/health/live, /health/ready, /healthz, /metrics) and webhooks; or none (default: ${name === 'serve' ? '127.0.0.1:4747' : 'none'})`,
        ).argParser(hostAndPortOrNone),
      )
      .addOption(
        new Option(
          '--monitor <host:port>',
          'answer monitoring alone there, whoever asks: for an address within your own network (such as 0.0.0.0:9464)',
        ).argParser(hostAndPort),
      )
      .addOption(
        new Option('--log-level <level>', 'what is written down, from this level on (default: log.level, info)').choices(logLevels),
      )
      .addHelpText('after', serviceExamples)
      .action(async (options) =>
        done(await (await import('./serve.ts')).serve(shell, { ...program.opts(), ...options, besideOthers: name === 'worker' })),
      );
  }
}

const mcpExamples = `
Examples:
  claude mcp add miyabi -- miyabi mcp       in Claude Code
  codex mcp add miyabi -- miyabi mcp        in Codex
  {"mcpServers": {"miyabi": {"command": "miyabi", "args": ["mcp"]}}}   where servers are listed as JSON

What it may: begin, watch, explain and end runs, show changes, list questions, search what was learnt. What a run asks a person is put to
the person who sits at the agent, where that program can (elicitation); else it stays for \`miyabi inbox\`. With --answers agent the agent answers
itself, in your name: it could approve its own plan. Runs that it begins stop with it, and go on with \`miyabi resume\` or \`miyabi serve\`.`;

/** `mcp`. */
export function addMcp(program: Command, shell: Shell, done: Done): void {
  program
    .command('mcp')
    .description('let other agents use Miyabi: a server of the Model Context Protocol on standard input and output')
    .addOption(
      new Option('--answers <who>', 'who answers what runs ask: the person at the agent, or the agent itself')
        .choices(['person', 'agent'])
        .default('person'),
    )
    .addHelpText('after', mcpExamples)
    .action(async (options) => done(await (await import('./mcp.ts')).mcp(shell, { ...program.opts(), ...options })));
}

const openExamples = `
Examples:
  miyabi open                   the dashboard of the service that runs here, in a browser that is signed in by it
  miyabi open last              the newest run
  miyabi open --print           only the link: for a browser elsewhere that reaches this machine (ssh -L 4747:127.0.0.1:4747)

The link lets one browser in, once, within five minutes, as you.`;

/** `open`. */
export function addOpen(program: Command, shell: Shell, done: Done): void {
  program
    .command('open')
    .description('show the dashboard of the service that runs here')
    .argument('[run]', 'its id, the beginning of it, or `last`')
    .option('--print', 'only print the link')
    .option('--json', 'one JSON object on standard output; nothing is opened')
    .addHelpText('after', openExamples)
    .action(async (run: string | undefined, options) =>
      done(await (await import('./open.ts')).open(shell, run, { ...program.opts(), ...options })),
    );
}

const tokenExamples = `
Examples:
  miyabi token create ci --scope operate    for a program that answers questions and steers runs
  miyabi token create prometheus            for one that only looks
  miyabi token list
  miyabi token revoke ci                    counts no more from the next request on

A token is shown once, and only a digest of it is kept. \`read\` looks, \`operate\` also answers and steers runs, \`admin\` may everything.`;

/** `token create`, `token list` and `token revoke`. */
export function addTokens(program: Command, shell: Shell, done: Done): void {
  const token = program.command('token').description('who may use the API of `miyabi serve`').addHelpText('after', tokenExamples);
  const json = ['--json', 'one JSON object on standard output'] as const;
  token
    .command('create')
    .description('make a token, and show it this once')
    .argument('<name>', 'whose it is: kept with whatever they do, such as ci or ada-phone')
    .addOption(new Option('--scope <scope>', 'what it may do').choices(['read', 'operate', 'admin']).default('read'))
    .option(...json)
    .addHelpText('after', tokenExamples)
    .action(async (name: string, options) =>
      done(await (await import('./token.ts')).createToken(shell, name, { ...program.opts(), ...options })),
    );
  token
    .command('list')
    .description('every token, and every browser that is signed in')
    .option(...json)
    .addHelpText('after', tokenExamples)
    .action(async (options) => done(await (await import('./token.ts')).listTokens(shell, { ...program.opts(), ...options })));
  token
    .command('revoke')
    .description('let nobody in any more under this name')
    .argument('<name>', 'that `miyabi token list` shows')
    .option(...json)
    .addHelpText('after', tokenExamples)
    .action(async (name: string, options) =>
      done(await (await import('./token.ts')).revokeToken(shell, name, { ...program.opts(), ...options })),
    );
}

const databaseExamples = `
Examples:
  miyabi db export records.jsonl.gz                        everything in the state folder's database, with all history
  miyabi db import records.jsonl.gz --database postgres://miyabi@db.example/miyabi
  miyabi db migrate --database postgres://miyabi@db.example/miyabi
  miyabi db check                                          ends with 1 where something cannot be so, and says what
  miyabi db export back.jsonl --database postgres://miyabi@db.example/miyabi
  miyabi db import back.jsonl --local --state ./elsewhere

Without --database (or MIYABI_DATABASE_URL) it is the database of the state folder. An import takes every record or none, and only into an
empty database. The password is best given as PGPASSWORD or in MIYABI_DATABASE_URL.
Folders of worlds, mirrors, logs and artifacts are no records: they stay on their machine.`;

/** `db migrate`, `db check`, `db export` and `db import`. */
export function addDatabase(program: Command, shell: Shell, done: Done): void {
  const database = program
    .command('db')
    .description('move the records to another database with all history, and look whether they are sound')
    .addHelpText('after', databaseExamples);
  const local = ['--local', 'the file in the state folder, also where a database of many machines is configured'] as const;
  const json = ['--json', 'one JSON object on standard output'] as const;
  database
    .command('migrate')
    .description('make the tables, or bring them to the newest schema')
    .option(...local)
    .option(...json)
    .addHelpText('after', databaseExamples)
    .action(async (options) => done(await (await import('./db.ts')).migrateDb(shell, { ...program.opts(), ...options })));
  database
    .command('check')
    .description('look whether the database is intact, and whether its records can be as they are')
    .option(...local)
    .option(...json)
    .addHelpText('after', databaseExamples)
    .action(async (options) => done(await (await import('./check-db.ts')).checkDb(shell, { ...program.opts(), ...options })));
  database
    .command('export')
    .description('write all records to a new file')
    .argument('<file>', 'lines of JSON; packed where its name ends with .gz')
    .option(...local)
    .option('--force', 'also while processes work on it: what is under way is then begun anew where the file is imported')
    .option(...json)
    .addHelpText('after', databaseExamples)
    .action(async (file: string, options) =>
      done(await (await import('./db.ts')).exportDb(shell, file, { ...program.opts(), ...options })),
    );
  database
    .command('import')
    .description('take all records from a file into an empty database')
    .argument('<file>', 'that `miyabi db export` has written')
    .option(...local)
    .option(...json)
    .addHelpText('after', databaseExamples)
    .action(async (file: string, options) =>
      done(await (await import('./db.ts')).importDb(shell, file, { ...program.opts(), ...options })),
    );
}
