import type { DeletePolicy, GetPolicy, ListPolicies, PolicyHistory, SavePolicy } from '@edict/contracts';

/** Short ways to say a command. */
export const save = (document: object, more: object = {}): SavePolicy => ({
  op: 'save',
  document: { ...document },
  ...more,
});
export const get = (policy_id: string, more: object = {}): GetPolicy => ({ op: 'get', policy_id, ...more });
export const del = (policy_id: string, more: object = {}): DeletePolicy => ({
  op: 'delete',
  policy_id,
  ...more,
});
export const list = (more: object = {}): ListPolicies => ({ op: 'list', ...more });
export const history = (policy_id: string, more: object = {}): PolicyHistory => ({
  op: 'history',
  policy_id,
  ...more,
});

/** The ids in the answer to a list. */
export const idsOf = (answer: unknown): string[] =>
  (answer as { policies: { policy_id: string }[] }).policies.map(({ policy_id }) => policy_id);
