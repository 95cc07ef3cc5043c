import { text } from 'node:stream/consumers';
import { runCli } from './cli.ts';
import { readConfig } from './config.ts';
import { endWithParent } from './end-with-parent.ts';
import { VERBS } from './verbs.ts';

const config = readConfig();
const interruption = new AbortController();
// Every time, not once: a terminal sends SIGINT to a wrapper and to this process, and the wrapper passes its own on.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());
endWithParent();
// A reader that goes away (`| head`) ends the verb like any other wish to stop.
process.stdout.on('error', () => process.exit(0));

process.exitCode = await runCli(process.argv.slice(2), VERBS, {
  config,
  streams: {
    out: (words) => process.stdout.write(words),
    err: (words) => process.stderr.write(words),
    coloured: process.stdout.isTTY === true && !config.noColor,
  },
  readStdin: () => text(process.stdin),
  now: Date.now,
  interrupted: interruption.signal,
});
