import * as z from 'zod';

/** What a message of the public feed holds: CloudEvents 1.0 in the JSON batch format, always an array. */
export const FEED_CONTENT_TYPE = 'application/cloudevents-batch+json';

/** One event of the public feed (contract §7). Subscribers drop repeats by `id`; unknown types and attributes may come. */
export const CloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  /** `<journal>/<revision>/<index>`: where the event lies, and so the same each time it is sent. */
  id: z.string().min(1),
  /** `edict/<journal>`, the workspace of a policy journal encoded as in an address. */
  source: z.string().min(1),
  /** `verdict.issued`, `policy.saved` …: the last tokens of the address. */
  type: z.string().min(1),
  /** ISO 8601 UTC with milliseconds: when the command was decided. */
  time: z.iso.datetime(),
  /** The principal as `<type>:<id>`, the policy's id or the session's id; absent where nothing of that is meant. */
  subject: z.string().min(1).optional(),
  datacontenttype: z.literal('application/json'),
  workspace: z.string().min(1),
  data: z.unknown(),
});
export type CloudEvent = z.infer<typeof CloudEvent>;

/** A message of the feed. */
export const CloudEventBatch = z.array(CloudEvent);
