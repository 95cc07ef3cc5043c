import type { Parsed, Receipt, Rejection, VerdictReply } from '@edict/contracts';
import { refused } from '@edict/contracts';
import { sha256Text } from '@edict/journal';
import type { AuthorisePolicyWrite, PolicyWriteQuestion } from './authorise-write.ts';

/** Decides a request given as JSON text, and gives the reply's text. */
export type DecideText = (ws: string, request: string) => Promise<string>;

/**
 * Has a change of policies judged like any request (contract §6). It is allowed only by a document that speaks
 * about it: `ungoverned: allow` opens a workspace for work, not for changing its rules.
 */
export const authoriseByVerdict =
  (decide: DecideText, freshId: () => string): AuthorisePolicyWrite =>
  async (question) => {
    const { ws, id, action, resource } = question;
    const request = {
      request_id: requestIdOf(question, freshId),
      subject: { type: 'agent', id },
      action: { name: action },
      resource: { type: 'policy', id: resource },
    };
    return permission(JSON.parse(await decide(ws, JSON.stringify(request))), question);
  };

const requestIdOf = ({ request_id, action, resource }: PolicyWriteQuestion, freshId: () => string): string =>
  request_id === undefined
    ? `policy-${freshId()}`
    : `policy-${sha256Text(JSON.stringify([action, resource, request_id]))}`;

const permission = (
  reply: VerdictReply & { readonly error?: Rejection },
  { id, action, resource }: PolicyWriteQuestion,
): Parsed<Receipt> => {
  if (reply.error !== undefined) return refused(reply.error);
  const spoken = reply.reasons.some(({ policy_id, effect }) => policy_id !== undefined && effect === 'allow');
  if (reply.decision && spoken) return { ok: true, value: reply.receipt };
  return refused({
    code: 'FORBIDDEN',
    message: `${id} may not ${action} ${resource}: no policy allows it`,
    reasons: reply.reasons.map(({ code, message }) => ({ code, message })),
  });
};
