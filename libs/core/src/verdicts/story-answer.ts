import type { DecisionRequest, IdentifiedRequest, Rejection, VerdictEvent } from '@edict/contracts';
import type { RecordedReply } from './verdict-replies.ts';

/** What came back: the reply as JSON, or the refusal. */
export type Answer = {
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
  readonly body: any;
  readonly rejection?: Rejection;
  readonly events: readonly VerdictEvent[];
};

/** What was recorded, as a reply is made from it. */
export const recordedIn = (
  entry: RecordedReply['entry'],
  event: VerdictEvent,
  receipt: RecordedReply['receipt'],
): RecordedReply => ({ entry, event, dataText: JSON.stringify(event.data), receipt });

/** A request under an id, whether or not the test gave it one. */
export const identified = (request: DecisionRequest): IdentifiedRequest => ({
  ...request,
  request_id: request.request_id ?? 'r-1',
});

/** As it comes out of a journal. */
export const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
export const answer = (text: string, events: readonly VerdictEvent[]): Answer => ({
  text,
  body: JSON.parse(text),
  events,
});
export const refusal = (rejection: Rejection): Answer => ({
  text: '',
  body: undefined,
  rejection,
  events: [],
});
