import { hash } from 'node:crypto';
import type { TaskRef } from '../../ports/records.ts';

/** The uuid of one hand-out of a task: the same wherever and however often it is sent. Version 8 of RFC 9562, made of a SHA-256. */
export function queueId({ taskId, epoch }: TaskRef): string {
  const bytes = hash('sha256', `${taskId}:${epoch}`, 'buffer').subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
