import { readFileSync } from 'node:fs';
import type { Verb } from '@edict/contracts';
import fc from 'fast-check';
import { ALLOWED_TOOL, goodRequest, UNHEARD_TOOL } from './good-request.ts';
import { nearSchema, type Schema } from './near-schema.ts';

const published = (name: string): Schema =>
  JSON.parse(
    readFileSync(new URL(`../../../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8'),
  ) as Schema;

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

/** Almost a good request that would be allowed, and is wrong in one place for sure. */
const spoiltRequest: fc.Arbitrary<unknown> = fc
  .constantFrom<object>(
    { request_id: 7 },
    { request_id: '' },
    { subject: 'good' },
    { subject: { type: 'agent', id: ['good'] } },
    { subject: undefined },
    { action: { name: 7 } },
    { action: 'tool.invoke' },
    { resource: { type: 'domain', id: ALLOWED_TOOL } },
    { resource: { type: 'tool', id: { toString: ALLOWED_TOOL } } },
    { context: { cost: -1 } },
    { context: { cost: '1' } },
    { context: { cost: 1e10 } },
    { context: { cost: 1e-9 } },
    { context: [] },
    { at_least_revision: -1 },
    { at_least_revision: 2 ** 53 },
    { please: true },
    { context: { deep: nested(40) } },
  )
  .map((change) => ({ ...goodRequest('spoilt'), ...change }));

/** A request that may be well-formed, about something that nobody allows. */
const unheard = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'resource' in value
    ? { ...value, resource: { type: 'tool', id: UNHEARD_TOOL } }
    : value;

const signalWithPayload = (): fc.Arbitrary<unknown> => {
  const payloads = [
    'session-start',
    'proposal',
    'evaluation',
    'objection',
    'vote',
    'commitment',
    'session-cancel',
  ];
  return fc
    .tuple(
      fc.constantFrom(
        'SessionStart',
        'Proposal',
        'Evaluation',
        'Objection',
        'Vote',
        'Commitment',
        'SessionCancel',
      ),
      fc.oneof(...payloads.map((name) => nearSchema(published(`signal-${name}`)))),
      fc.uuid(),
    )
    .map(([message_type, payload, id]) => ({
      macp_version: '1.0',
      mode: 'macp.mode.decision.v1',
      message_type,
      message_id: id,
      session_id: id,
      sender: 'mallory',
      timestamp_unix_ms: 1,
      payload,
    }));
};

const savedDocument = (): fc.Arbitrary<unknown> => {
  return nearSchema(published('policy-document')).map((document) => ({
    op: 'save',
    document,
    actor: 'mallory',
    reason: 'to see what happens',
  }));
};

/** Bodies near what a verb takes. */
export const BODIES: Readonly<Record<Verb, fc.Arbitrary<unknown>>> = {
  decide: fc.oneof(nearSchema(published('decision-request')).map(unheard), spoiltRequest),
  outcome: nearSchema(published('outcome-report')),
  signal: fc.oneof(nearSchema(published('signal')), signalWithPayload()),
  policy: fc.oneof(nearSchema(published('policy-command')), savedDocument()),
};
