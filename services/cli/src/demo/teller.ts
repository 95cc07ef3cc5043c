import type { Printer } from '../output/printer.ts';

/** Tells the demo as a story, line by line, and keeps count of what did not come as expected. */
export interface Teller {
  chapter(title: string): void;
  /** Runs a step, and tells it with the time that it took and whether it came as expected. */
  step<T>(what: string, run: () => Promise<T>, judge: (result: T) => Judgement): Promise<T>;
  /** Something that is so, without a judgement. */
  remark(text: string): void;
  readonly steps: () => number;
  readonly failed: () => number;
}

export interface Judgement {
  readonly ok: boolean;
  /** What came of it, in a few words. */
  readonly said: string;
}

/** Shorter is a look at what is known already, not an answer that took time. */
const TELLABLE_MS = 0.05;

export const createTeller = (printer: Printer, monotonic: () => number): Teller => {
  const { style } = printer;
  let steps = 0;
  let failed = 0;
  return {
    chapter: (title) => printer.say({ chapter: title }, () => ['', style.strong(title)]),
    remark: (text) => printer.say({ remark: text }, () => [`     ${style.faint(text)}`]),
    step: async (what, run, judge) => {
      const started = monotonic();
      const result = await run();
      const ms = monotonic() - started;
      const { ok, said } = judge(result);
      steps += 1;
      if (!ok) failed += 1;
      printer.say({ step: what, ok, said, ms: Math.round(ms * 1_000) / 1_000 }, () => [
        `  ${ok ? style.good('✓') : style.bad('✗')}  ${what}`,
        `     ${ok ? said : style.bad(said)}${ms < TELLABLE_MS ? '' : style.faint(`  ${ms.toFixed(1)} ms`)}`,
      ]);
      return result;
    },
    steps: () => steps,
    failed: () => failed,
  };
};
