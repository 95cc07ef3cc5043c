import type { Violation } from '@edict/checker';
import { BOUNDS } from '@edict/contracts';
import { afterLoad } from '../after-load.ts';
import { pause } from '../eventually.ts';
import { expectation, type FaultCase } from '../fault-case.ts';
import type { FloodResult } from '../load/flood.ts';
import { inWorker } from '../load/in-worker.ts';
import type { PacedResult, PacedSettings } from '../load/paced.ts';
import { residentMb } from '../resident-mb.ts';

/** Requests a second to begin with; doubled as long as an enforcer keeps up. */
const FIRST_RATE = 4_000;
const MOST_RATE = 64_000;
const KEEPS_UP = 0.8;
const CALIBRATES_MS = 3_000;
const LOAD_MS = { brief: 4_000, whole: 20_000 };
/** One workspace asks for three times as much as another, which asks for no more than its half of what is sustainable. */
const SHARES = { eager: 1.5, modest: 0.5 };
/** An enforcer may grow by what its id memory holds; not by what waits. */
const GROWTH_MB = 250;
const FAIR = 0.7;
/** Deadlines count from when the enforcer reads a request; both ways are busy. */
const ON_THE_WAY_MS = 2_000;

/** What an enforcer decides in a second when more is asked of it. */
const sustainable = async (url: string): Promise<number> => {
  for (let rate = FIRST_RATE; ; rate *= 2) {
    const settings: PacedSettings = { url, rates: { [`calibration-${rate}`]: rate } };
    const paced = inWorker<[PacedResult]>('./paced.ts', settings);
    await pause(CALIBRATES_MS);
    const [{ recorded, lastMs }] = await paced.stop();
    const decided = recorded / (lastMs / 1_000);
    if (decided < KEEPS_UP * rate || rate >= MOST_RATE) return decided;
  }
};

const judgeLoad = (
  eager: FloodResult,
  modest: FloodResult,
  [early = 0, ...later]: readonly number[],
): Violation[] => {
  const violations: Violation[] = [];
  const expect = (held: boolean, name: string, sentence: string): void => {
    if (!held) violations.push(expectation(name, sentence, JSON.stringify({ eager, modest })));
  };
  expect(
    modest.recorded >= FAIR * Math.min(modest.sent, (eager.recorded + modest.recorded) / 2),
    'fair',
    'a workspace got neither what it asked for nor its half',
  );
  expect(eager.recorded < eager.sent, 'overload', 'nothing was refused, so nothing was shown');
  expect(
    Math.max(eager.p99Ms, modest.p99Ms) <= BOUNDS.requestTimeoutMs + ON_THE_WAY_MS,
    'bounded',
    'accepted requests were answered long after their deadline',
  );
  expect(
    Math.max(...later) - early <= GROWTH_MB,
    'flat',
    `an enforcer grew from ${early} to ${later.join(', ')} MB`,
  );
  return violations;
};

/** Twice as much as can be decided is asked for, by two workspaces, for as long as one likes. */
export const doubleLoad: FaultCase = {
  name: 'double-load',
  what: 'two workspaces ask for twice what can be decided, one three times as much: each gets its share, memory is flat',
  play: (round) =>
    afterLoad(round, async ({ deployment, brief, seconds }) => {
      const { url } = deployment;
      const ms = seconds === undefined ? (brief ? LOAD_MS.brief : LOAD_MS.whole) : seconds * 1_000;
      const rate = await sustainable(url);
      const rates = { eager: SHARES.eager * rate, modest: SHARES.modest * rate };
      const settings: PacedSettings = { url, rates };
      const paced = inWorker<[PacedResult, PacedResult]>('./paced.ts', settings);
      const megabytes: number[] = [];
      // The first quarter fills the queues and warms what is compiled.
      for (const part of [1 / 4, 1 / 4, 1 / 2]) {
        await pause(ms * part);
        megabytes.push(residentMb(deployment));
      }
      const [eager, modest] = await paced.stop();
      await deployment.ready();
      report({ rate, eager, modest, megabytes });
      return {
        faults: 1,
        sent: eager.sent + modest.sent,
        answered: eager.recorded + eager.overloaded + modest.recorded + modest.overloaded,
        violations: judgeLoad(eager, modest, megabytes),
      };
    }),
};

const report = ({
  rate,
  eager,
  modest,
  megabytes,
}: {
  readonly rate: number;
  readonly eager: FloodResult;
  readonly modest: FloodResult;
  readonly megabytes: readonly number[];
}): void => {
  const line = (name: string, { sent, recorded, overloaded, refused, p99Ms }: FloodResult): string =>
    `  ${name}: ${sent} sent, ${recorded} recorded (p99 ${p99Ms} ms), ${overloaded} OVERLOADED, others ${JSON.stringify(refused)}`;
  console.log(
    `  sustainable: ${Math.round(rate)}/s; enforcer ${megabytes.join(', ')} MB after a quarter, a half, all`,
  );
  console.log(`${line('eager', eager)}\n${line('modest', modest)}`);
};
