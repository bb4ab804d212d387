/** The protocols of the providers, read and never changed: what is asked, what it came to, why it failed. Nothing here asks anybody. */
export { readCall } from './call/read-call.ts';
export type { WireCall } from './call/read-call.ts';
export { failureOf } from './failure/failure-of.ts';
export { refusalBody } from './refusal-body.ts';
export type { WireRefusal } from './refusal-body.ts';
export { usageReader } from './usage/usage-reader.ts';
