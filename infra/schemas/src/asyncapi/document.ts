import { ERROR_CODES } from '@edict/contracts';
import { CATALOG } from '../catalog.ts';
import { jsonSchema } from '../json-schema.ts';
import { CHANNELS, channelObject } from './channels.ts';
import { messages } from './messages.ts';
import { operations } from './operations.ts';
import { bucketFacts } from './streams.ts';

/** The bus as an AsyncAPI 3.0 document: channels, operations with their replies, headers, and facts about storage. */
export const asyncApi = () => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Edict on NATS',
    version: '1.0.0',
    description:
      'Requests, replies and events of Edict on the bus. Replies and events may bring fields that are not listed here.',
  },
  defaultContentType: 'application/json',
  servers: {
    local: { host: '127.0.0.1:4222', protocol: 'nats', description: 'What `edict up` starts' },
  },
  channels: Object.fromEntries(
    Object.entries(CHANNELS).map(([name, channel]) => [name, channelObject(channel)]),
  ),
  operations: operations(),
  components: {
    messages: messages(new Set(Object.values(CHANNELS).flatMap((channel) => channel.messages))),
    schemas: Object.fromEntries(
      CATALOG.map((published) => [published.name, jsonSchema(published, 'draft-07')]),
    ),
  },
  'x-edict-error-codes': ERROR_CODES,
  'x-edict-buckets': bucketFacts(),
});
