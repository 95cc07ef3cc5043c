import { BUCKETS, policyKey, policyRevisionKey, sessionKey } from '@edict/contracts';
import { streamPlans } from '@edict/nats';
import { addressTemplate } from './address-template.ts';

const NANOS_PER_SECOND = 1_000_000_000;
const PLANS = streamPlans({});

/** How a stream is set up when nothing else was asked for. `max_age_s` 0: nothing is ever dropped. */
export const streamFacts = (name: string) => {
  const plan = PLANS.find((candidate) => candidate.name === name);
  if (plan === undefined) throw new Error(`no stream ${name} is provisioned`);
  return {
    name,
    subjects: plan.subjects,
    storage: plan.storage,
    retention: plan.retention,
    max_age_s: (plan.max_age ?? 0) / NANOS_PER_SECOND,
    max_msg_size: plan.max_msg_size,
    deny_delete: plan.deny_delete,
    deny_purge: plan.deny_purge,
  };
};

/** The views: KV buckets that any NATS tool can read. */
export const bucketFacts = () => ({
  [BUCKETS.latest]: {
    key: addressTemplate((parameter) => policyKey(parameter('workspace'), parameter('policy'))),
    value: '#/components/schemas/policy-view',
  },
  [BUCKETS.history]: {
    key: addressTemplate((parameter) =>
      policyRevisionKey(parameter('workspace'), parameter('policy'), 1),
    ).replace(/1$/, '{revision}'),
    value: '#/components/schemas/policy-view',
  },
  [BUCKETS.sessions]: {
    key: addressTemplate((parameter) => sessionKey(parameter('workspace'), parameter('session'))),
  },
});
