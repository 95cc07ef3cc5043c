import { readConfig } from '../config.ts';
import { endSoon } from '../end-soon.ts';
import { interruptionOf } from '../interruption.ts';
import { startDeployment } from '../up/start-deployment.ts';
import { runDemo } from './run-demo.ts';

const { noColor, stateDir } = readConfig();
const interrupted = interruptionOf();

const exit = await runDemo(process.argv.slice(2), {
  start: startDeployment,
  stateDir,
  streams: {
    out: (words) => process.stdout.write(words),
    err: (words) => process.stderr.write(words),
    coloured: process.stdout.isTTY === true && !noColor,
  },
  interrupted,
});
endSoon(exit);
