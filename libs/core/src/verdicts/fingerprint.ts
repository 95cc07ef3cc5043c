import type { DecisionRequest } from '@edict/contracts';
import { canonicalText } from '../policies/canonical-text.ts';
import { documentHash } from '../policies/document-hash.ts';

/** The parts of a request that make it the same one when it is asked again (contract §3). */
const essence = ({ subject, action, resource, context }: DecisionRequest) => ({
  subject,
  action,
  resource,
  ...(context === undefined ? {} : { context }),
});

/** Whether two requests under one id are the same one: equal in their RFC 8785 form. */
export const sameRequest = (a: DecisionRequest, b: DecisionRequest): boolean =>
  canonicalText(essence(a)) === canonicalText(essence(b));

/** SHA-256 of what makes a request the same one. */
export const requestFingerprint = (request: DecisionRequest): string => documentHash(essence(request));
