import * as z from 'zod';

const text = z.string({ error: 'must be a string' });
const name = text.min(1, { error: 'must not be empty' });
const fields = z.record(z.string(), z.unknown(), { error: 'must be an object' });
const words = <const T extends readonly [string, ...string[]]>(allowed: T) =>
  z.enum(allowed, { error: `must be one of ${allowed.join(', ')}` });

const FixtureMessage = z.strictObject({
  sender: name,
  message_type: name,
  payload_type: name,
  payload: fields,
  expect: words(['accept', 'reject']),
  expected_error_code: text.optional(),
});
export type FixtureMessage = z.infer<typeof FixtureMessage>;

/** A scripted session of the public MACP conformance format (macp §5.2), without its comments. */
export const SignalFixture = z.strictObject({
  description: text.optional(),
  mode: name,
  initiator: name,
  participants: z.array(name, { error: 'must be a list of names' }),
  mode_version: name,
  configuration_version: name,
  policy_version: text.optional(),
  policy: fields.optional(),
  ttl_ms: z.int({ error: 'must be a whole number of at least 1' }).min(1),
  messages: z.array(FixtureMessage, { error: 'must be a list of messages' }).min(1),
  expected_final_state: words(['Open', 'Suspended', 'Resolved', 'Expired', 'Cancelled']),
  expect_resolution_present: z.boolean({ error: 'must be true or false' }).optional(),
  expected_resolution: fields.optional(),
  expected_mode_state: fields.optional(),
  verify_replay_equivalence: z.boolean({ error: 'must be true or false' }).optional(),
});
export type SignalFixture = z.infer<typeof SignalFixture>;
