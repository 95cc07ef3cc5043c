import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failuresGoal, isMet } from './measure/goals.ts';
import type { RunOptions } from './options.ts';
import { describeRun } from './report/machine.ts';
import { headerText, scenarioText } from './report/report-text.ts';
import { type ScenarioResult, writeResult } from './report/result-file.ts';
import type { BenchContext, Scenario } from './scenarios/scenario.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';

/** Runs scenarios one after the other, prints each as soon as it is measured, and gives the exit code. */
export const runBench = async (options: RunOptions): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'edict-bench-'));
  try {
    const context = createContext(folder, options);
    const header = await describeRun(context);
    console.log(headerText(header));
    const scenarios: ScenarioResult[] = [];
    for (const scenario of SCENARIOS.filter(({ id }) => options.scenarios.includes(id))) {
      const result = await measure(scenario, context);
      console.log(scenarioText(result));
      scenarios.push(result);
      if (options.json !== undefined) await writeResult(options.json, { format: 1, header, scenarios });
    }
    return options.check && !scenarios.every(({ goals }) => goals.every(isMet)) ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
};

const measure = async ({ id, title, measure }: Scenario, context: BenchContext): Promise<ScenarioResult> => {
  context.say(`${id}: ${title}`);
  const began = performance.now();
  const { rows, goals, notes = [] } = await measure(context);
  const took = `measured in ${((performance.now() - began) / 1_000).toFixed(0)} s`;
  return { id, title, rows, goals: [...goals, failuresGoal(rows)], notes: [...notes, took] };
};

export const createContext = (folder: string, options: RunOptions): BenchContext => {
  const { size, rounds, window, peers } = options;
  const measured = new Map<string, Promise<unknown>>();
  return {
    size,
    rounds,
    window,
    folder,
    peers,
    say: (line) => console.error(line),
    once: <T>(key: string, measureIt: () => Promise<T>): Promise<T> => {
      const known = measured.get(key) as Promise<T> | undefined;
      if (known !== undefined) return known;
      const made = measureIt();
      measured.set(key, made);
      return made;
    },
  };
};
