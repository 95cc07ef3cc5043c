import { readConfig } from '../config.ts';
import { startDeployment } from '../up/start-deployment.ts';
import { runDemo } from './run-demo.ts';

const { noColor, stateDir } = readConfig();
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());

process.exitCode = await runDemo(process.argv.slice(2), {
  start: startDeployment,
  stateDir,
  streams: {
    out: (words) => process.stdout.write(words),
    err: (words) => process.stderr.write(words),
    coloured: process.stdout.isTTY === true && !noColor,
  },
  interrupted: interruption.signal,
});
