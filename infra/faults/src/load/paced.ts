import { parentPort, workerData } from 'node:worker_threads';
import { verbAddress } from '@edict/contracts';
import { connectEdge } from '@edict/nats';
import type { FloodResult } from './flood.ts';

/** Sends so many requests a second, whatever becomes of them, none twice. Told to stop, it says what came of each workspace. */
export interface PacedSettings {
  readonly url: string;
  /** Requests a second, by workspace. */
  readonly rates: Readonly<Record<string, number>>;
}

/** What a workspace has seen. */
export interface PacedResult extends FloodResult {
  /** How long after the first request the last answer came, in milliseconds. */
  readonly lastMs: number;
}

/** Longer than anything is worth deciding, so that what came late is seen. */
const TIMEOUT_MS = 12_000;
const EVERY_MS = 10;
const AGENTS = 32;
const MOST_LATENCIES = 200_000;

const { url, rates } = workerData as PacedSettings;
const edge = await connectEdge({ url, name: 'paced' });
const decoder = new TextDecoder();

const bodyOf = (ws: string, number: number): string =>
  JSON.stringify({
    request_id: `${ws}-${number}`,
    subject: { type: 'agent', id: `${ws}-${number % AGENTS}` },
    action: { name: 'tool.invoke' },
    resource: { type: 'tool', id: 'pay.out' },
  });

const startPacing = (ws: string, rate: number) => {
  const address = verbAddress('decide', ws);
  const latencies: number[] = [];
  const refused = new Map<string, number>();
  const started = performance.now();
  let sent = 0;
  let recorded = 0;
  let answered = 0;
  let lastMs = 0;
  const send = (): void => {
    const began = performance.now();
    edge.requester.sendBundled(address, bodyOf(ws, sent++), { timeoutMs: TIMEOUT_MS }, (fault, data) => {
      answered += 1;
      lastMs = performance.now() - started;
      const text = data === undefined ? '' : decoder.decode(data);
      if (text.includes('"receipt"')) {
        latencies[recorded++ % MOST_LATENCIES] = performance.now() - began;
        return;
      }
      const code = /"code":"(\w+)"/.exec(text)?.[1] ?? fault?.code ?? 'nothing';
      refused.set(code, (refused.get(code) ?? 0) + 1);
    });
  };
  return {
    sendDue: (): void => {
      const due = Math.floor(((performance.now() - started) / 1_000) * rate);
      while (sent < due) send();
    },
    waiting: (): boolean => answered < sent,
    result: (): PacedResult => {
      const sorted = latencies.toSorted((a, b) => a - b);
      const { OVERLOADED: overloaded = 0, ...others } = Object.fromEntries(refused);
      const p99Ms = Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
      return { sent, recorded, overloaded, refused: others, p99Ms, lastMs };
    },
  };
};

const paced = Object.entries(rates).map(([ws, rate]) => startPacing(ws, rate));
const ticking = setInterval(() => {
  for (const { sendDue } of paced) sendDue();
}, EVERY_MS);
const end = (): void => {
  // What is on its way gets its answer, or the lack of one.
  if (paced.some(({ waiting }) => waiting())) {
    setTimeout(end, EVERY_MS);
    return;
  }
  parentPort?.postMessage(paced.map(({ result }) => result()));
  void edge.close();
};
parentPort?.once('message', () => {
  clearInterval(ticking);
  end();
});
