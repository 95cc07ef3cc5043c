import { parseOptions, USAGE } from './options.ts';
import { runFaults } from './run-faults.ts';

const SEEDS = 1_000_000;
const INTERRUPTED = 130;

// Whatever runs or is mounted is ended by the listeners of the exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));

const options = parseOptions(process.argv.slice(2), 1 + Math.floor(Math.random() * SEEDS));
if (typeof options === 'string') {
  console.error(`${options}\n${USAGE}`);
  process.exitCode = 2;
} else {
  process.exitCode = await runFaults(options);
}
