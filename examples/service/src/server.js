import { createServer } from 'node:http';
import { workdays } from './workdays.js';

/**
 * @param {{ commit?: string }} about what `/healthz` says of this process
 */
export function createService({ commit = 'unknown' } = {}) {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://service');
    const { status, body } = answer(url, commit);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body)}\n`);
  });
}

function answer(url, commit) {
  switch (url.pathname) {
    case '/':
      return { status: 200, body: { service: 'workdays', try: '/workdays?from=2026-03-02&to=2026-03-13' } };
    case '/healthz':
      return { status: 200, body: { commit } };
    case '/workdays':
      return counted(url.searchParams.get('from') ?? '', url.searchParams.get('to') ?? '');
    default:
      return { status: 404, body: { error: `there is nothing at ${url.pathname}` } };
  }
}

function counted(from, to) {
  try {
    return { status: 200, body: { from, to, workdays: workdays(from, to) } };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { status: 400, body: { error: error.message } };
  }
}
