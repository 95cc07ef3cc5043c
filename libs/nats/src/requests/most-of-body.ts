import type { NatsConnection } from '@nats-io/transport-node';

const HEADERS_BYTES = 16 * 1024;
const USUAL_PAYLOAD_BYTES = 1024 * 1024;

/** How many bytes the body of a message may have, so that the broker takes it with whatever headers Edict writes. */
export const mostOfBody = ({ info }: NatsConnection): number =>
  (info?.max_payload ?? USUAL_PAYLOAD_BYTES) - HEADERS_BYTES;
