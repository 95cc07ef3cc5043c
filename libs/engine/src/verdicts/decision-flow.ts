import { BOUNDS, type Rejection, type VerdictCommand, type VerdictEvent } from '@edict/contracts';
import { requestKey } from '@edict/core';
import type { Answer } from '@edict/journal';
import type { RespondText } from '../internal.ts';
import { errorText } from '../reply-text.ts';
import type { Escalations } from './escalations.ts';
import type { DecisionMessage } from './read-decision.ts';
import type { VerdictDeskOptions, VerdictHost } from './verdict-desk.ts';

export const STALE: Rejection = {
  code: 'POLICY_STALE',
  message: 'the policies here may be out of date, so nothing is decided; send it again in a moment',
};

type DecideOn = (host: VerdictHost, message: DecisionMessage, deadline: number, respond: RespondText) => void;

/**
 * The way of a decision request from its host's door to its reply, in the order of architecture §4: what is recorded
 * is answered before at_least_revision and freshness are looked at, and nothing is decided without them.
 */
export const decisionFlow = (
  { directory, clock, fresh }: VerdictDeskOptions,
  escalations: Escalations,
): DecideOn => {
  const submit: DecideOn = (host, { ws, request, claimsTrusted, raw }, deadline, respond) => {
    const command: VerdictCommand = {
      kind: 'decide',
      request,
      claims_trusted: claimsTrusted,
      ...(raw !== undefined && { raw }),
    };
    host.submit({ command, ws, deadline }, (answer) => {
      const { request_id } = request;
      if (!answer.ok) respond(errorText(answer.rejection, request_id), answer.rejection);
      else if (isInterim(answer)) void escalations.answer({ host, request, ...answer }, respond);
      else respond(answer.reply);
    });
  };

  return (host, message, deadline, respond) => {
    const { ws, request } = message;
    const wanted = request.at_least_revision ?? 0;
    const ready = (): boolean => directory.revision(ws) >= wanted && fresh(ws);
    if (ready() || host.knows(requestKey(ws, request as Parameters<typeof requestKey>[1]))) {
      submit(host, message, deadline, respond);
      return;
    }
    void directory.waitFor(ws, wanted, BOUNDS.revisionWaitMs, clock).then((reached) => {
      const refusal = reached ? STALE : notReached(ws, wanted, directory.revision(ws));
      if (reached && fresh(ws)) submit(host, message, deadline, respond);
      else respond(errorText(refusal, request.request_id), refusal);
    });
  };
};

/** The refusal of a request that demands newer policies than there are. */
export const notReached = (ws: string, wanted: number, reached: number): Rejection => ({
  code: 'REVISION_NOT_REACHED',
  path: '/at_least_revision',
  message: `at_least_revision is ${wanted}, but the policies of workspace ${ws} are at revision ${reached} here`,
});

/** The answer of a verdict that waits for sessions. */
export type InterimAnswer = Answer<VerdictEvent> & {
  readonly ok: true;
  readonly event: VerdictEvent & { readonly type: 'verdict.issued' };
};

const isInterim = (answer: Answer<VerdictEvent>): answer is InterimAnswer =>
  answer.ok && answer.event?.type === 'verdict.issued' && answer.event.data.effect === 'escalate';
