import { text } from 'node:stream/consumers';
import { runCli } from './cli.ts';
import { readConfig } from './config.ts';
import { endSoon } from './end-soon.ts';
import { endWithParent } from './end-with-parent.ts';
import { interruptionOf } from './interruption.ts';
import { VERBS } from './verbs.ts';

const config = readConfig();
const interrupted = interruptionOf();
endWithParent();
// A reader that goes away (`| head`) ends the verb like any other wish to stop.
process.stdout.on('error', () => process.exit(0));

const exit = await runCli(process.argv.slice(2), VERBS, {
  config,
  streams: {
    out: (words) => process.stdout.write(words),
    err: (words) => process.stderr.write(words),
    coloured: process.stdout.isTTY === true && !config.noColor,
  },
  readStdin: () => text(process.stdin),
  now: Date.now,
  interrupted,
});
endSoon(exit);
