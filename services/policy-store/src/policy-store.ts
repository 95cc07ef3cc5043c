import { memberAddress } from '@edict/contracts';
import { policySnapshot } from '@edict/core';
import {
  authoriseByVerdict,
  createPolicyDesk,
  errorText,
  type PolicyDecider,
  type PolicyDesk,
  policyRefusal,
  type RespondText,
  readPolicyMessage,
  verdictPartition,
} from '@edict/engine';
import { journalHealth, type RunningService, type ServiceContext, serveVerbs } from '@edict/service-kit';

/** The policy store: keeps every version of every policy, and nothing that is not valid. */
export interface PolicyStore extends RunningService {
  readonly desk: PolicyDesk;
}

/** Takes policy commands; a workspace's journal is loaded when it is first asked for. The rules are Edict's own unless a test brings others. */
export const startPolicyStore = async (
  context: ServiceContext,
  rules: { readonly decider?: PolicyDecider } = {},
): Promise<PolicyStore> => {
  const { clock, openJournal, run, log, freshId, membership } = context;
  const policies = await context.policies();
  const desk = createPolicyDesk({
    ...rules,
    openJournal,
    clock,
    incarnation: run,
    unfit: context.unfit,
    authorise: authoriseByVerdict((ws, request) => askEnforcer(context, ws, request), freshId),
    onBroken: (ws, error) => log.error(`policies.${ws} was stopped: it does not fit together`, { error }),
    onFault: (ws, error) => log.error(`something failed at policies.${ws}`, { error }),
  });
  const verbs = serveVerbs(context, 'policy-store', {
    policy: {
      errorText: (rejection) => policyRefusal(rejection).text,
      route: ({ data, ws, as, messageId, deadline }) => {
        const read = readPolicyMessage(data, {
          ws,
          deadline,
          ...(as !== undefined && { as }),
          ...(messageId !== undefined && { messageId }),
        });
        if (!read.ok) return read;
        const judge = (respond: RespondText): void => {
          void desk.handle(read.value).then(({ text, rejection }) => respond(text, rejection));
        };
        return { ok: true, value: { key: ws, judge } };
      },
    },
  });
  return {
    name: 'policy-store',
    desk,
    journals: async (withHashes) => {
      // The hash of a state is wanted of all that are this process's own; a journal is loaded when it is first asked for.
      const own = policies.directory.workspaces().filter((ws) => membership.owns('policy-store', ws));
      if (withHashes) await Promise.allSettled(own.map((ws) => desk.open(ws)));
      return journalHealth(desk.hosts(), policySnapshot, withHashes);
    },
    problems: policies.problems,
    stop: async () => {
      await verbs.stop();
      await desk.drain();
    },
  };
};

/** Has an enforcer judge a change of policies, at its private address: an edge may not publish to public ones. */
const askEnforcer = async (context: ServiceContext, ws: string, request: string): Promise<string> => {
  const { edge, membership, deployment } = context;
  const { subject } = JSON.parse(request) as { subject: { type: string; id: string } };
  const owner = membership.owner('enforcer', verdictPartition(ws, subject, deployment.partitions));
  const unavailable = errorText({
    code: 'UNAVAILABLE',
    message: 'no enforcer can judge this change of policies now; send it again in a moment',
  });
  if (owner === undefined) return unavailable;
  try {
    return (await edge.requester.request(memberAddress(owner, 'decide', ws), request)).string();
  } catch {
    return unavailable;
  }
};
