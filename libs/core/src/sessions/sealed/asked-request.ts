import {
  type ApprovalRequested,
  type DecisionRequest,
  parseJsonText,
  type SessionStarted,
} from '@edict/contracts';

/** What the approvers of a sealed session decide about: who asks for what. Nothing in any other session. */
export const askedRequest = ({
  request,
  proposal,
}: Pick<SessionStarted, 'request' | 'proposal'>): ApprovalRequested['request'] | undefined => {
  if (request === undefined) return undefined;
  const { action, resource, context } = particularsIn(proposal?.supporting_data);
  return {
    ...request,
    ...(action !== undefined && { action }),
    ...(resource !== undefined && { resource }),
    ...(context !== undefined && { context }),
  };
};

/** The one proposal carries them as JSON text; sessions of old have none. */
const particularsIn = (text: unknown): Partial<Pick<DecisionRequest, 'action' | 'resource' | 'context'>> => {
  const parsed = typeof text === 'string' ? parseJsonText(text) : undefined;
  return parsed?.ok === true ? ((parsed.value ?? {}) as Partial<DecisionRequest>) : {};
};
