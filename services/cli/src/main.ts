import { buffer } from 'node:stream/consumers';
import { runCli } from './cli.ts';
import { readConfig } from './config.ts';
import { endWithParent } from './end-with-parent.ts';
import { textFrom } from './input/documents.ts';
import { runProcess } from './run-process.ts';
import { VERBS } from './verbs.ts';

const config = readConfig();
endWithParent();
await runProcess(config, (own) =>
  runCli(process.argv.slice(2), VERBS, {
    ...own,
    config,
    readStdin: async () => textFrom('-', await buffer(process.stdin)),
    now: Date.now,
  }),
);
