import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import {
  ECHO_SUBJECT,
  RECORD_BYTES,
  RECORD_STREAM,
  RECORD_SUBJECT,
  RECORDED_SUBJECT,
} from '../workload/traffic.ts';

/** The worker that Edict is measured against: echoes, or publishes one record per request and then echoes. */
const url = process.argv[2];
const nc = await connect({ ...(url === undefined ? {} : { servers: url }), noAsyncTraces: true });
await (await jetstreamManager(nc)).streams.add({ name: RECORD_STREAM, subjects: [RECORD_SUBJECT] });
const js = jetstream(nc);
const record = new Uint8Array(RECORD_BYTES).fill(0x20);

nc.subscribe(ECHO_SUBJECT, { callback: (_error, request) => void request.respond(request.data) });
nc.subscribe(RECORDED_SUBJECT, {
  callback: (_error, request) => {
    js.publish(RECORD_SUBJECT, record).then(
      () => request.respond(request.data),
      // No answer: the requester counts a failure.
      () => undefined,
    );
  },
});
await nc.flush();
process.send?.('ready');
process.once('disconnect', () => void nc.close());
