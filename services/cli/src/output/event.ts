import type { CloudEvent } from '@edict/sdk';
import { paintEffect, type Style } from './style.ts';

/** One line per event of the feed: when, what, about whom, where it is recorded. */
export const renderEvent = (event: CloudEvent, style: Style): string =>
  [
    style.faint(String(event.time ?? '')),
    style.strong(event.type.padEnd(26)),
    describe(event, style),
    style.faint(event.id),
  ].join('  ');

const describe = (event: CloudEvent, style: Style): string => {
  const data = asRecord(event.data);
  const words: string[] = [];
  const effect = data['effect'] ?? asRecord(data['verdict'])['effect'];
  if (typeof effect === 'string') words.push(paintEffect(style, effect));
  for (const field of ['policy_id', 'request_id', 'session_id', 'limit', 'message_type', 'sender', 'code']) {
    const value = data[field];
    if (typeof value === 'string') words.push(style.name(value));
  }
  if (typeof data['revision'] === 'number') words.push(`r${data['revision']}`);
  return words.length === 0 ? String(event.subject ?? '') : words.join(' ');
};

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
