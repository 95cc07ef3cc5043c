import { parentPort, workerData } from 'node:worker_threads';
import { verbAddress } from '@edict/contracts';
import { connectEdge } from '@edict/nats';

/** Floods a workspace: what is refused is sent again at once, as a careless client does. Told to stop, it says what came. */
export interface FloodSettings {
  readonly url: string;
  readonly ws: string;
  readonly inFlight: number;
}

/** What a flood has seen. */
export interface FloodResult {
  readonly sent: number;
  readonly recorded: number;
  readonly overloaded: number;
  /** Other refusals, by their codes. */
  readonly refused: Readonly<Record<string, number>>;
  /** Of what was recorded: how long the slowest of a hundred took, in milliseconds. */
  readonly p99Ms: number;
}

const TIMEOUT_MS = 6_000;
const AGENTS = 32;
const MOST_LATENCIES = 200_000;

const { url, ws, inFlight } = workerData as FloodSettings;
const edge = await connectEdge({ url, name: 'flood' });
const address = verbAddress('decide', ws);
const decoder = new TextDecoder();
const latencies: number[] = [];
const refused = new Map<string, number>();
let sent = 0;
let recorded = 0;
let stopped = false;

const bodyOf = (number: number): string =>
  JSON.stringify({
    request_id: `flood-${number}`,
    subject: { type: 'agent', id: `flood-${number % AGENTS}` },
    action: { name: 'tool.invoke' },
    resource: { type: 'tool', id: 'pay.out' },
  });

const send = (): void => {
  if (stopped) return;
  const began = performance.now();
  edge.requester.sendBundled(address, bodyOf(sent++), { timeoutMs: TIMEOUT_MS }, (fault, data) => {
    const text = data === undefined ? '' : decoder.decode(data);
    if (text.includes('"receipt"')) {
      recorded += 1;
      if (latencies.length < MOST_LATENCIES) latencies.push(performance.now() - began);
    } else {
      const code = /"code":"(\w+)"/.exec(text)?.[1] ?? fault?.code ?? 'nothing';
      refused.set(code, (refused.get(code) ?? 0) + 1);
    }
    // Not within the call that answered: thousands of refusals would nest.
    setImmediate(send);
  });
};

parentPort?.once('message', () => {
  stopped = true;
  const sorted = latencies.toSorted((a, b) => a - b);
  const { OVERLOADED: overloaded = 0, ...others } = Object.fromEntries(refused);
  const p99Ms = Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
  const result: FloodResult = { sent, recorded, overloaded, refused: others, p99Ms };
  parentPort?.postMessage(result);
  void edge.close();
});
for (let lane = 0; lane < inFlight; lane++) send();
