import * as z from 'zod';
import { boundProblems } from './bound-problems.ts';
import { problemsOf } from './check.ts';
import type { Receipt } from './commit.ts';
import { Identifier } from './identifiers.ts';
import { badRequest, excerpt, type Parsed, refused } from './json.ts';

const ENFORCEMENTS = ['enforce', 'warn', 'audit', 'off'] as const;
const OPERATIONS = [
  'save',
  'delete',
  'restore',
  'rollback',
  'set_enforcement',
  'set_workspace',
  'get',
  'list',
  'history',
  'diff',
] as const;

const Enforcement = z.enum(ENFORCEMENTS, { error: `must be one of ${ENFORCEMENTS.join(', ')}` });

const revisionError = { error: 'must be a whole number from 1' };
const Revision = z.int(revisionError).min(1, revisionError);

const expectedError = { error: 'must be a whole number from 0; 0 expects that no policy is live' };
const limitError = { error: 'must be a whole number from 1 to 1000' };
const reasonError = { error: 'must be a string of at most 1024 characters' };
const timeError = { error: 'must be an ISO 8601 time such as 2026-11-21T09:00:00Z' };

/** What every change of a policy may say about itself (contract §4). */
const change = {
  /** Who changes it; `anonymous` when nobody is named. */
  actor: Identifier.optional(),
  reason: z.string(reasonError).max(1024, reasonError).optional(),
  /** Makes a repeat harmless, per workspace and actor. */
  request_id: Identifier.optional(),
};
const expected_revision = z.int(expectedError).min(0, expectedError).optional();
const enforcement = Enforcement.optional();

/** The point in the past that is asked about: of the clock, or of the workspace's policy journal. */
const asOf = {
  at: z.iso.datetime({ offset: true, ...timeError }).optional(),
  set_revision: Revision.optional(),
};
const page = { limit: z.int(limitError).min(1, limitError).max(1000, limitError).optional() };
const request_id = Identifier.optional();

const document = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  { error: 'must be a policy document, an object' },
);

export const SavePolicy = z.strictObject({
  op: z.literal('save'),
  document,
  enforcement,
  expected_revision,
  ...change,
});
export const DeletePolicy = z.strictObject({
  op: z.literal('delete'),
  policy_id: Identifier,
  expected_revision,
  ...change,
});
export const RestorePolicy = z.strictObject({
  op: z.literal('restore'),
  policy_id: Identifier,
  enforcement,
  expected_revision,
  ...change,
});
export const RollbackPolicy = z.strictObject({
  op: z.literal('rollback'),
  policy_id: Identifier,
  revision: Revision,
  enforcement,
  expected_revision,
  ...change,
});
export const SetEnforcement = z.strictObject({
  op: z.literal('set_enforcement'),
  policy_id: Identifier,
  enforcement: Enforcement,
  expected_revision,
  ...change,
});
export const SetWorkspace = z.strictObject({
  op: z.literal('set_workspace'),
  ungoverned: z.enum(['allow', 'deny'], { error: 'must be allow or deny' }),
  ...change,
});
export const GetPolicy = z.strictObject({
  op: z.literal('get'),
  policy_id: Identifier,
  revision: Revision.optional(),
  ...asOf,
  request_id,
});
export const ListPolicies = z.strictObject({
  op: z.literal('list'),
  prefix: z.string({ error: 'must be a string' }).optional(),
  /** Continues after this id: the `next` of the page before. */
  after: z.string({ error: 'must be a policy id' }).optional(),
  ...asOf,
  ...page,
  request_id,
});
export const PolicyHistory = z.strictObject({
  op: z.literal('history'),
  policy_id: Identifier,
  /** Leaves out that many of the oldest changes: the `next` of the page before. */
  after: z.int(expectedError).min(0, { error: 'must be a whole number from 0' }).optional(),
  ...page,
  request_id,
});
export const DiffPolicy = z.strictObject({
  op: z.literal('diff'),
  policy_id: Identifier,
  a: Revision,
  b: Revision,
  request_id,
});

/** What may be sent to `edict.v1.policy.<ws>` (contract §4). */
export const PolicyCommand = z.discriminatedUnion(
  'op',
  [
    SavePolicy,
    DeletePolicy,
    RestorePolicy,
    RollbackPolicy,
    SetEnforcement,
    SetWorkspace,
    GetPolicy,
    ListPolicies,
    PolicyHistory,
    DiffPolicy,
  ],
  { error: `must be one of ${OPERATIONS.join(', ')}` },
);

/** Where the verdict lies that let an agent with its own credentials change a policy. */
export interface Authorised {
  readonly authorised_by?: readonly Receipt[];
}
export type SavePolicy = z.infer<typeof SavePolicy> & Authorised;
export type DeletePolicy = z.infer<typeof DeletePolicy> & Authorised;
export type RestorePolicy = z.infer<typeof RestorePolicy> & Authorised;
export type RollbackPolicy = z.infer<typeof RollbackPolicy> & Authorised;
export type SetEnforcement = z.infer<typeof SetEnforcement> & Authorised;
export type SetWorkspace = z.infer<typeof SetWorkspace> & Authorised;
export type GetPolicy = z.infer<typeof GetPolicy>;
export type ListPolicies = z.infer<typeof ListPolicies>;
export type PolicyHistory = z.infer<typeof PolicyHistory>;
export type DiffPolicy = z.infer<typeof DiffPolicy>;

/** A change of policies, recorded as events. */
export type PolicyWrite =
  | SavePolicy
  | DeletePolicy
  | RestorePolicy
  | RollbackPolicy
  | SetEnforcement
  | SetWorkspace;
/** A question about policies; nothing is recorded. */
export type PolicyRead = GetPolicy | ListPolicies | PolicyHistory | DiffPolicy;
export type PolicyCommand = PolicyWrite | PolicyRead;

/** Operations of the contract that this build does not carry out. */
const UNSUPPORTED_OPERATIONS: readonly unknown[] = ['save_profile', 'create_effective'];

/** Checks a parsed message as a policy command, all problems at once; the document itself is judged when it is saved. */
export const checkPolicyCommand = (value: unknown): Parsed<PolicyCommand> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return badRequest('', `the message is ${excerpt(value)}: must be a policy command, an object`);
  }
  const op = 'op' in value ? value.op : undefined;
  if (UNSUPPORTED_OPERATIONS.includes(op)) return unsupported(String(op));
  const result = PolicyCommand.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const problems = boundProblems(problemsOf(result.error, value, 'BAD_REQUEST'), MOST_PROBLEMS);
  const { message = 'not as the contract says', path = '' } = problems[0] ?? {};
  return refused({ code: 'BAD_REQUEST', message, path, problems });
};

/** More than the commands have fields. */
const MOST_PROBLEMS = 64;

const unsupported = (op: string): Parsed<never> => {
  const allowed = `one of ${OPERATIONS.join(', ')}`;
  const message = `op is ${op}: this build cannot carry it out; use ${allowed}`;
  const problem = { code: 'UNSUPPORTED', path: '/op', message, allowed };
  return refused({ code: 'UNSUPPORTED', message, path: '/op', problems: [problem] });
};
