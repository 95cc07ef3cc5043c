import { BOUNDS, FEED_CONTENT_TYPE } from '@edict/contracts';
import { RELAY_HEADERS } from '@edict/nats';
import { CATALOG } from '../catalog.ts';

const text = (description: string) => ({ type: 'string', description });
const object = (properties: Record<string, unknown>) => ({ type: 'object', properties });

const REQUEST_HEADERS = object({
  [RELAY_HEADERS.timeout]: {
    type: 'string',
    pattern: '^[0-9.]+$',
    default: String(BOUNDS.requestTimeoutMs),
    description: `Milliseconds, at most ${BOUNDS.requestTimeoutMaxMs}; what cannot be answered in them is not decided (DEADLINE)`,
  },
  [RELAY_HEADERS.id]: text('The request_id, when the body has none'),
});
const ERROR_HEADERS = object({
  'Nats-Service-Error-Code': text('An HTTP-like status'),
  'Nats-Service-Error': text('The code and the message of the error'),
});
const EVENT_HEADERS = object({
  'content-type': { type: 'string', const: FEED_CONTENT_TYPE },
  'Nats-Msg-Id': text('The id of the first event'),
});
const DEAD_HEADERS = object({
  'Edict-Dead-Reason': text('Why it could not be handled'),
  'Edict-Dead-Address': text('Where it was sent'),
  'Edict-Dead-Reply': text('Where the sender wanted the answer'),
  'Edict-Dead-Message-Id': text('The id that it was known by, when it lay in the intake'),
});

const HEADERS: Readonly<Record<string, unknown>> = {
  'decision-request': REQUEST_HEADERS,
  'outcome-report': REQUEST_HEADERS,
  'policy-command': REQUEST_HEADERS,
  signal: object({ [RELAY_HEADERS.timeout]: REQUEST_HEADERS.properties[RELAY_HEADERS.timeout] }),
  'error-reply': ERROR_HEADERS,
  'policy-refusal': ERROR_HEADERS,
  'signal-acknowledgement': ERROR_HEADERS,
  'event-batch': EVENT_HEADERS,
};

/** Messages whose bytes are passed on as they are, so that no schema describes them. */
const RAW = {
  commit: {
    name: 'commit',
    title: 'Commit',
    summary: 'Commands that were decided together, with their events; the chain hashes exactly these bytes.',
  },
  anchor: {
    name: 'anchor',
    title: 'Anchor',
    summary: 'The journal, the revision of its head, and the SHA-256 of that commit.',
    payload: object({
      journal: text('Its name'),
      revision: { type: 'integer' },
      hash: text('`sha256:` and 64 hex digits'),
    }),
  },
  'snapshot-frame': {
    name: 'snapshot-frame',
    title: 'Frame of a snapshot',
    summary: 'A part of a state, for the build that wrote it; no promise is made about what is in it.',
    contentType: 'application/octet-stream',
  },
  'dead-letter': {
    name: 'dead-letter',
    title: 'Dead letter',
    summary: 'The message as it came, with the reason beside it.',
    contentType: 'application/octet-stream',
    headers: DEAD_HEADERS,
  },
};

/** The messages that channels name; `used` keeps out what only stands inside another message. */
export const messages = (used: ReadonlySet<string>): Record<string, unknown> => ({
  ...Object.fromEntries(
    CATALOG.filter(({ name }) => used.has(name)).map(({ name, title, description }) => [
      name,
      {
        name,
        title,
        summary: description,
        contentType: name === 'event-batch' ? FEED_CONTENT_TYPE : 'application/json',
        ...(HEADERS[name] !== undefined && { headers: HEADERS[name] }),
        payload: { $ref: `#/components/schemas/${name}` },
      },
    ]),
  ),
  ...RAW,
});
