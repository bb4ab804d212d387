import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { Failure } from '../../domain/failure.ts';
import type { Notice } from '../../domain/notice.ts';
import type { Notified, Notifier } from '../../ports/notifier.ts';
import { bareHost, meaningOfHost, specialMeaning } from '../network/special-addresses.ts';

/** A server that takes mail, and for whom. */
export interface MailSettings {
  /** `smtps://` or `smtp://`, with user and password where the server wants them. */
  readonly server: string;
  /** From which it was taken. */
  readonly variable: string;
  readonly sender: string;
  readonly to: readonly string[];
  /** Whether the server may lie in a private network or on this machine. */
  readonly isPrivate: boolean;
}

/** Mail over SMTP. Its `Message-ID` is the same on every try, by which mailboxes know a repetition. @throws Failure (configuration). */
export function mailNotifier(name: string, settings: MailSettings): Notifier {
  const url = serverAddress(settings);
  return {
    name,
    async send(notice, key, signal) {
      const host = await checkedHost(url, settings.isPrivate);
      if (host.kind !== 'host') return host;
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        host: host.address,
        port: url.port === '' ? (url.protocol === 'smtps:' ? 465 : 587) : Number(url.port),
        secure: url.protocol === 'smtps:',
        // A password goes over an encrypted connection or not at all; a server of one's own may do without both.
        requireTLS: url.password !== '' && !settings.isPrivate,
        tls: { servername: bareHost(url.hostname) },
        ...(url.username === '' ? {} : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
        connectionTimeout: 15_000,
        greetingTimeout: 15_000,
        socketTimeout: 30_000,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      const stop = (): void => transport.close();
      signal.addEventListener('abort', stop, { once: true });
      try {
        await transport.sendMail(message(notice, key, settings));
        return { kind: 'sent' };
      } catch (error) {
        signal.throwIfAborted();
        return judge(error);
      } finally {
        signal.removeEventListener('abort', stop);
        transport.close();
      }
    },
  };
}

function message(notice: Notice, key: string, { sender, to }: MailSettings) {
  const id = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return {
    from: { name: 'Miyabi', address: sender },
    to: [...to],
    subject: `[${notice.priority}] ${notice.title}`,
    text: [notice.text, ...(notice.url === undefined ? [] : [notice.url]), `miyabi show ${notice.run}`].join('\n\n'),
    messageId: `<${id}@miyabi.invalid>`,
    date: new Date(notice.at),
    headers: { 'auto-submitted': 'auto-generated' },
  };
}

type CheckedHost = { readonly kind: 'host'; readonly address: string } | Exclude<Notified, { kind: 'sent' }>;

/** The connection is made to the address that was checked. */
async function checkedHost(url: URL, isPrivate: boolean): Promise<CheckedHost> {
  const host = bareHost(url.hostname);
  if (isPrivate) return { kind: 'host', address: host };
  try {
    const addresses = await lookup(host, { all: true, verbatim: true });
    for (const { address } of addresses) {
      const meaning = specialMeaning(address);
      if (meaning !== undefined) return { kind: 'refused', reason: `${host} leads to ${address}, which is ${meaning}` };
    }
    const [first] = addresses;
    return first === undefined ? { kind: 'unavailable', reason: `no address for ${host}` } : { kind: 'host', address: first.address };
  } catch (error) {
    return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** 5xx of the protocol is a no for good; everything else may change. */
function judge(error: unknown): Notified {
  const { responseCode, message: said } = error as { readonly responseCode?: number; readonly message?: string };
  const reason = said ?? String(error);
  return responseCode !== undefined && responseCode >= 500 ? { kind: 'refused', reason } : { kind: 'unavailable', reason };
}

function serverAddress({ server, variable, isPrivate }: MailSettings): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  const isMail = url !== undefined && (url.protocol === 'smtp:' || url.protocol === 'smtps:') && url.hostname !== '';
  const meaning = isMail && !isPrivate ? meaningOfHost(url.hostname) : undefined;
  if (isMail && meaning === undefined) return url;
  throw new Failure('configuration', {
    what: `The mail server in ${variable} cannot be used.`,
    why: meaning === undefined ? 'What stands there is no address of a mail server.' : `It leads to an address that is ${meaning}.`,
    fix: `Write it as smtps://user:password@mail.example.org:465; one in your own network takes \`private: true\` in its channel.`,
  });
}
