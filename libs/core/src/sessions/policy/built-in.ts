import { DECISION_MODE, DEFAULT_DECISION_POLICY, type DecisionDocument } from '@edict/contracts';

const standard = (
  name: string,
  description: string,
  voting: DecisionDocument['rules']['voting'],
): DecisionDocument => ({
  policy_id: `policy.std.${name}`,
  mode: DECISION_MODE,
  schema_version: 1,
  description,
  rules: { voting, commitment: { authority: 'initiator_only', require_vote_quorum: true } },
});

const BUILT_IN: ReadonlyMap<string, DecisionDocument> = new Map(
  [
    {
      policy_id: DEFAULT_DECISION_POLICY,
      mode: '*',
      schema_version: 1,
      description: 'No votes are counted; the initiator commits',
      rules: {},
    },
    standard('majority', 'At least half of the decisive votes, and one voter', {
      algorithm: 'majority',
      threshold: 0.5,
      quorum: { type: 'count', value: 1 },
    }),
    standard('supermajority', 'At least two thirds of the decisive votes, and two voters', {
      algorithm: 'supermajority',
      threshold: 0.6666666666666666,
      quorum: { type: 'count', value: 2 },
    }),
    standard('unanimous', 'Every participant approves and nobody rejects', {
      algorithm: 'unanimous',
      quorum: { type: 'count', value: 1 },
    }),
  ].map((document) => [document.policy_id, document] as const),
);

/** The decision policies that exist without being saved; their ids are reserved (macp §1.2). The empty id means the default. */
export const builtInDecisionPolicy = (id: string): DecisionDocument | undefined =>
  BUILT_IN.get(id === '' ? DEFAULT_DECISION_POLICY : id);
