import { compareFiles } from './compare/compare-files.ts';
import { parseCommand, USAGE } from './options.ts';
import { profileWorker } from './profile/profile-worker.ts';
import { runBench } from './run-bench.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';

const run = async (): Promise<number> => {
  const command = parseCommand(process.argv.slice(2));
  if (typeof command === 'string') {
    console.error(`${command}\n\n${USAGE}`);
    return 2;
  }
  switch (command.kind) {
    case 'help':
      console.log(USAGE);
      return 0;
    case 'list':
      for (const { id, title } of SCENARIOS) console.log(`${id.padEnd(4)} ${title}`);
      return 0;
    case 'compare':
      return compareFiles(command);
    case 'run':
      return command.profile ? profileWorker(command) : runBench(command);
  }
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await run();
