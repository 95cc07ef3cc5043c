import { parseOptions, USAGE } from './options.ts';
import { runBench } from './run-bench.ts';

const options = parseOptions(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(`${options}\n${USAGE}`);
  process.exitCode = 2;
} else {
  process.exitCode = await runBench(options);
}
