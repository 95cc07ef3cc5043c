import type { Sample } from './sample.ts';
import { percentile } from './statistics.ts';
import { watchUsage } from './usage.ts';

/** Times operations of this process one by one; each, given its number, says whether its answer was the wanted one. */
export const timeOneByOne = (operations: number, operation: (number: number) => boolean): Sample => {
  const micros = new Float64Array(operations);
  let failures = 0;
  const used = watchUsage({ evaluator: process.pid });
  for (let number = 0; number < operations; number++) {
    const began = performance.now();
    const wanted = operation(number);
    micros[number] = (performance.now() - began) * 1000;
    if (!wanted) failures += 1;
  }
  const { seconds, cpuMicros, noise } = used(operations);
  micros.sort();
  return {
    operations,
    failures,
    metrics: {
      p50Micros: percentile(micros, 0.5),
      p99Micros: percentile(micros, 0.99),
      perSecond: operations / seconds,
    },
    cpuMicros,
    noise,
  };
};
