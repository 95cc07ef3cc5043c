import { writeFileSync } from 'node:fs';
import { FAULT_CASES } from './cases/fault-cases.ts';
import { expectation, type FaultCase, NOTHING, type Outcome, type Round } from './fault-case.ts';
import type { FaultOptions } from './options.ts';
import { createRandom } from './random.ts';
import { headerLine, resultLine, skippedLine, totalLines, violationLines } from './table.ts';

/** A round that was played. */
export interface Result extends Outcome {
  readonly case: string;
  readonly seed: number;
  readonly seconds: number;
}

/** Plays what the options ask for, a line each; gives the exit code: 1 when a promise was broken. */
export const runFaults = async (options: FaultOptions): Promise<number> => {
  const unknown = options.cases.find((name) => !FAULT_CASES.some((each) => each.name === name));
  if (unknown !== undefined) {
    console.error(`there is no case ${unknown}; --list names them`);
    return 2;
  }
  const chosen = FAULT_CASES.filter(({ name }) => options.cases.length === 0 || options.cases.includes(name));
  if (options.list) {
    for (const { name, what } of chosen) console.log(`${name.padEnd(24)} ${what}`);
    return 0;
  }
  console.log(`seed ${options.seed}\n${headerLine()}`);
  const playable = chosen.filter((each) => !isSkipped(each));
  const results: Result[] = [];
  for (const [fault, seed] of plan(playable, options)) {
    const result = await playOnce(fault, seed, options);
    results.push(result);
    console.log(resultLine(result));
    for (const line of violationLines(result)) console.log(line);
  }
  return conclude(results, options);
};

const isSkipped = (fault: FaultCase): boolean => {
  const why = fault.obstacle?.();
  if (why !== undefined) console.log(skippedLine(fault.name, why));
  return why !== undefined;
};

/** Which case is played when, each with a seed of its own. */
function* plan(cases: readonly FaultCase[], options: FaultOptions): Generator<readonly [FaultCase, number]> {
  const { seed, rounds, minutes } = options;
  const [first, ...others] = cases;
  if (first === undefined) return;
  if (minutes === undefined) {
    for (let round = 0; round < rounds; round++) for (const fault of cases) yield [fault, seed + round];
    return;
  }
  const random = createRandom(seed);
  const end = performance.now() + minutes * 60_000;
  for (let round = 0; performance.now() < end; round++) yield [random.pick([first, ...others]), seed + round];
}

/** A round that cannot be played to its end is a broken promise too. */
export const playOnce = async (
  fault: FaultCase,
  seed: number,
  options: Pick<Round, 'brief' | 'messages' | 'seconds'>,
): Promise<Result> => {
  const began = performance.now();
  const round = { ...options, random: createRandom(seed).fork(fault.name) };
  const outcome: Outcome = await fault.play(round).catch((error: Error) => ({
    counts: NOTHING,
    violations: [expectation('played', 'the round broke off', error.stack ?? String(error))],
  }));
  return { case: fault.name, seed, seconds: Math.round((performance.now() - began) / 1_000), ...outcome };
};

const conclude = (results: readonly Result[], { json, seed }: FaultOptions): number => {
  const broken = results.filter(({ violations }) => violations.length > 0);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ seed, results }, undefined, 2)}\n`);
  if (results.length > 1) for (const line of totalLines(results)) console.log(line);
  console.log(`${results.length} rounds, ${broken.length} with a broken promise`);
  return broken.length === 0 ? 0 : 1;
};
