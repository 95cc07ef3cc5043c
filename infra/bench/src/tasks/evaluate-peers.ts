import { createRequire } from 'node:module';
import { join } from 'node:path';
import { measureRounds, type Variant } from '../measure/rounds.ts';
import type { Row, Sample } from '../measure/sample.ts';
import { percentile } from '../measure/statistics.ts';
import { watchUsage } from '../measure/usage.ts';
import { startCasbin } from '../peers/casbin.ts';
import { startCedar } from '../peers/cedar.ts';
import type { Evaluate, StartEvaluator } from '../peers/evaluator.ts';
import { startOpaWasm } from '../peers/opa/wasm.ts';
import type { Task } from './run-task.ts';

export interface PeersInput {
  /** Where the packages are installed. */
  readonly packages: string;
  /** The program that compiles policies to WebAssembly, if it is there. */
  readonly opa: string | undefined;
  /** Removed after the run. */
  readonly folder: string;
  readonly rounds: number;
  readonly rules: readonly number[];
}

/** Each window of a peer lasts about so long, whatever one evaluation takes. */
const WINDOW_MS = 400;

/** Half allows, half denies; of four requests two are allowed, one is denied, one matches nothing: as in P4. */
export const task: Task<PeersInput, readonly Row[]> = async (input) => {
  const variants: Variant[] = [];
  for (const rules of input.rules) {
    for (const [name, start] of evaluators(input)) {
      const evaluate = await start(rules);
      const variant = {
        name: `${name}, ${rules.toLocaleString('en')} rules`,
        sample: () => sample(evaluate, rules),
      };
      await variant.sample();
      variants.push(variant);
    }
  }
  return measureRounds(input.rounds, variants);
};

const evaluators = ({ packages, opa, folder }: PeersInput): [string, StartEvaluator][] => {
  const load = createRequire(join(packages, 'package.json'));
  const wasm = (program: string, style: 'rules as data' | 'a rule per tool'): [string, StartEvaluator] => [
    `OPA wasm, ${style}`,
    startOpaWasm(load, { program, folder, style }),
  ];
  return [
    ['casbin', startCasbin(load)],
    ['cedar-wasm', startCedar(load)],
    ...(opa === undefined ? [] : [wasm(opa, 'rules as data'), wasm(opa, 'a rule per tool')]),
  ];
};

const sample = async (evaluate: Evaluate, rules: number): Promise<Sample> => {
  const micros: number[] = [];
  let failures = 0;
  const used = watchUsage({ evaluator: process.pid });
  const end = performance.now() + WINDOW_MS;
  for (let number = 0; performance.now() < end; number++) {
    const index = (number * 7_919) % (rules / 2);
    const which = number % 4;
    const tool = which === 3 ? `ok-${rules + index}` : `${which === 2 ? 'no' : 'ok'}-${index}`;
    const began = performance.now();
    const allowed = await evaluate(tool);
    micros.push((performance.now() - began) * 1000);
    if (allowed !== which < 2) failures += 1;
  }
  const { seconds, cpuMicros, noise } = used(micros.length);
  const sorted = Float64Array.from(micros).sort();
  const metrics = {
    p50Micros: percentile(sorted, 0.5),
    p99Micros: percentile(sorted, 0.99),
    perSecond: micros.length / seconds,
  };
  return { operations: micros.length, failures, metrics, cpuMicros, noise };
};
