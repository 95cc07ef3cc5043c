import { Fault } from '@edict/contracts';
import type { Msg } from '@nats-io/transport-node';

/** The broker's own answer when nobody subscribes to the subject. */
export const isNobody = (message: Msg): boolean => message.data.length === 0 && message.headers?.code === 503;

export const noResponders = (subject: string): Fault =>
  new Fault('NO_RESPONDERS', `nobody listens on ${subject}`, { retriable: true });

export const disconnected = (subject: string): Fault =>
  new Fault('DISCONNECTED', `the connection to NATS is down; ${subject} was not answered`, {
    retriable: true,
  });

/** The broker did not let it through, so nobody got it. */
export const forbidden = (subject: string): Fault =>
  new Fault('FORBIDDEN', `the credentials may not publish to ${subject}`);

/** It may have arrived, and nothing that is said about it does. */
export const unheard = (subject: string): Fault =>
  new Fault(
    'UNAVAILABLE',
    `the credentials may not subscribe to replies, so none from ${subject} arrives; it may have been carried out`,
  );

export const unsendable = (subject: string, cause: unknown): Fault =>
  new Fault('UNSENDABLE', `${subject}: ${cause instanceof Error ? cause.message : cause}`, { cause });

/** Whoever owns it answers nothing any more; it may have the request all the same. */
export const silent = (subject: string): Fault =>
  new Fault('SILENT', `no answer comes from ${subject} any more`, { retriable: true });

export const timedOut = (subject: string, timeoutMs: number): Fault =>
  new Fault('TIMEOUT', `no reply from ${subject} within ${timeoutMs} ms`, { retriable: true });
