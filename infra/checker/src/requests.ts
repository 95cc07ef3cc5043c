import type { DecisionRequest, OutcomeReport, Receipt, RequestRef, VerdictReply } from '@edict/contracts';
import { type Asked, type Fields, requestOf } from './evidence.ts';

/** A decision request that was sent, as its sender sees it. */
export interface AskedRequest {
  readonly asked: Asked;
  readonly key: string;
  readonly request: DecisionRequest & RequestRef;
  /** The verdict that was answered. */
  readonly verdict: VerdictReply | undefined;
  readonly error: string | undefined;
}

export interface AskedOutcome {
  readonly asked: Asked;
  readonly key: string;
  readonly report: OutcomeReport;
  readonly reply: (Fields & { readonly receipt: Receipt }) | undefined;
  readonly error: string | undefined;
}

/** Every decision request of a history that can be told apart from others: one with a subject and an id. */
export const askedRequests = (asked: readonly Asked[]): AskedRequest[] =>
  asked.flatMap((each) => {
    const request = each.sent as AskedRequest['request'] | undefined;
    if (each.verb !== 'decide' || !isIdentified(request)) return [];
    const error = errorOf(each.answer);
    const verdict =
      each.answer?.['effect'] === undefined ? undefined : (each.answer as unknown as VerdictReply);
    return [{ asked: each, key: requestOf(each.ws, request), request, verdict, error }];
  });

export const askedOutcomes = (asked: readonly Asked[]): AskedOutcome[] =>
  asked.flatMap((each) => {
    const report = each.sent as OutcomeReport | undefined;
    if (each.verb !== 'outcome' || !isIdentified(report)) return [];
    const error = errorOf(each.answer);
    const reply = error === undefined ? (each.answer as AskedOutcome['reply']) : undefined;
    return [{ asked: each, key: requestOf(each.ws, report), report, reply, error }];
  });

/** The code of an error reply; `undefined` for any other reply, and for none. */
export const errorOf = (answer: Fields | undefined): string | undefined => {
  const error = answer?.['error'] as { readonly code?: string } | null | undefined;
  return error?.code;
};

const isIdentified = (body: RequestRef | undefined): body is RequestRef =>
  typeof body?.request_id === 'string' &&
  typeof body.subject?.type === 'string' &&
  typeof body.subject.id === 'string';
