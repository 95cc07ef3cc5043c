import { randomUUID } from 'node:crypto';
import type { Operation } from '../../measure/window.ts';
import { decisionRequest } from '../../workload/traffic.ts';
import { connectHttp } from '../clients/http-client.ts';

/** What else is in flight waits for one of them to be free. */
const CONNECTIONS = 64;

/** Asks for the same as a verdict's load does; all of it is allowed. */
export const connectOpa = (port: number): Operation => {
  const client = connectHttp(port, CONNECTIONS);
  const run = randomUUID();
  let number = 0;
  return async () => {
    const input = decisionRequest(run, number++);
    const body = await client.post('/v1/data/bench/allow', JSON.stringify({ input }));
    return body.includes('"result":true') ? undefined : 'DENIED';
  };
};
