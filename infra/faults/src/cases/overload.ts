import type { Violation } from '@edict/checker';
import { verbAddress } from '@edict/contracts';
import { connectEdge } from '@edict/nats';
import { afterLoad } from '../after-load.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { pause } from '../eventually.ts';
import { expectation, type FaultCase } from '../fault-case.ts';
import type { FloodResult, FloodSettings } from '../load/flood.ts';
import { inWorker } from '../load/in-worker.ts';
import { residentMb } from '../resident-mb.ts';

/** More than all queues of an enforcer have room for, whatever it can decide in a second. */
const IN_FLIGHT = 60_000;
const FLOOD_MS = { brief: 3_000, whole: 20_000 };
const QUIET_EVERY_MS = 25;

/** One workspace floods; another asks now and then, and must not notice more than that others are busy. */
export const overload: FaultCase = {
  name: 'overload',
  what: 'one workspace keeps 60,000 requests in flight: another is never refused, and memory stays flat',
  play: (round) =>
    afterLoad(round, async ({ deployment, brief }) => {
      const ms = brief ? FLOOD_MS.brief : FLOOD_MS.whole;
      const settings: FloodSettings = { url: deployment.url, ws: 'flood', inFlight: IN_FLIGHT };
      const flood = inWorker<FloodResult>('./flood.ts', settings);
      // The first seconds fill the queues and warm what is compiled.
      const first = await quietly(deployment, ms / 2);
      const early = residentMb(deployment);
      const second = await quietly(deployment, ms / 2);
      const late = residentMb(deployment);
      const flooded = await flood.stop();
      await deployment.ready();
      const quiet = [...first, ...second];
      report(flooded, quiet, { early, late });
      const refused = quiet.filter(({ text }) => !text.includes('"receipt"'));
      return {
        faults: 1,
        sent: flooded.sent + quiet.length,
        answered: flooded.recorded + flooded.overloaded + quiet.length - refused.length,
        violations: [
          ...refused.map(({ text }) => expectation('fair', 'a quiet workspace was refused', text)),
          ...unbounded(flooded, early, late),
        ],
      };
    }),
};

/** An enforcer may grow by what its id memory holds of the verdicts between; not by what waits. */
const GROWTH_MB = 250;

const unbounded = (flooded: FloodResult, early: number, late: number): Violation[] => [
  ...(late - early > GROWTH_MB
    ? [expectation('flat', `an enforcer under overload grew from ${early} to ${late} MB`)]
    : []),
  ...(flooded.overloaded === 0
    ? [expectation('overload', 'nothing was refused, so nothing was shown', JSON.stringify(flooded))]
    : []),
];

interface Answered {
  readonly text: string;
  readonly ms: number;
}

let asked = 0;

/** Asks for another workspace, one request every so often, whether or not the last one was answered. */
const quietly = async ({ url }: Deployment, ms: number): Promise<Answered[]> => {
  const edge = await connectEdge({ url, name: 'quiet' });
  const answers: Promise<Answered>[] = [];
  try {
    for (const end = performance.now() + ms; performance.now() < end; await pause(QUIET_EVERY_MS)) {
      const began = performance.now();
      const body = {
        request_id: `quiet-${asked}`,
        subject: { type: 'agent', id: `quiet-${asked++ % 8}` },
        action: { name: 'tool.invoke' },
        resource: { type: 'tool', id: 'pay.out' },
      };
      const reply = edge.requester
        .request(verbAddress('decide', 'quiet'), JSON.stringify(body), { timeoutMs: 6_000 })
        .then((message) => message.string(), String);
      answers.push(reply.then((text) => ({ text, ms: performance.now() - began })));
    }
    return await Promise.all(answers);
  } finally {
    await edge.close();
  }
};

const report = (
  { sent, recorded, overloaded, refused, p99Ms }: FloodResult,
  quiet: readonly Answered[],
  { early, late }: { readonly early: number; readonly late: number },
): void => {
  const sorted = quiet.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  console.log(
    `  flood: ${sent} sent, ${recorded} recorded (p99 ${p99Ms} ms), ${overloaded} OVERLOADED, others ${JSON.stringify(refused)}\n` +
      `  quiet: ${quiet.length} sent, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; enforcer ${early} MB half-way, ${late} MB at the end`,
  );
};
