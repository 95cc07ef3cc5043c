import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SERVICES, type StartDeployment } from '../commands/up.ts';
import { openBus } from '../connection/open-bus.ts';
import { writeState } from '../connection/state-file.ts';
import { readDocuments } from '../input/documents.ts';
import { createPrinter, type Printer, type Streams } from '../output/printer.ts';
import { count } from '../output/table.ts';
import { type Exit, toStop } from '../stop.ts';
import { type DemoFlags, parseDemoFlags } from './flags.ts';
import { play } from './play.ts';
import { createTeller } from './teller.ts';

const POLICIES = fileURLToPath(new URL('../../../../policies', import.meta.url));
const WORKSPACE = 'default';

export interface DemoSurroundings {
  readonly start: StartDeployment;
  readonly stateDir: string;
  readonly streams: Streams;
  readonly interrupted: AbortSignal;
}

/** `npm start`: everything in one process, the scenario once, then up until Ctrl-C. */
export const runDemo = async (argv: readonly string[], surroundings: DemoSurroundings): Promise<Exit> => {
  const printer = createPrinter(surroundings.streams, argv.includes('--json'));
  try {
    const flags = parseDemoFlags(argv);
    const data = flags.data ?? (await mkdtemp(join(tmpdir(), 'edict-demo-')));
    try {
      return await withDeployment(flags, data, printer, surroundings);
    } finally {
      // A folder that the user named is the user's.
      if (flags.data === undefined) await rm(data, { recursive: true, force: true });
    }
  } catch (error) {
    const stop = toStop(error);
    printer.stop(stop);
    return stop.exit;
  }
};

const withDeployment = async (
  flags: DemoFlags,
  data: string,
  printer: Printer,
  { start, stateDir, interrupted }: DemoSurroundings,
): Promise<Exit> => {
  const deployment = await start({
    data,
    nats: flags.nats,
    port: undefined,
    sync: 'always',
    services: SERVICES,
    log: printer.note,
  });
  const started = new Date().toISOString();
  const removeState = deployment.ownServer
    ? writeState(stateDir, { pid: process.pid, url: deployment.url, data, started })
    : () => undefined;
  try {
    printer.say({ up: deployment.url, data }, () => [
      `${printer.style.good('up')}  NATS and ${count(SERVICES.length, 'service')} at ${printer.style.name(deployment.url)}, data in ${data}`,
    ]);
    const exit = await playOn(deployment.url, printer);
    if (flags.once || interrupted.aborted) return exit;
    printer.say({ waiting: true }, () => howToGoOn(deployment.url));
    await new Promise((resolve) => interrupted.addEventListener('abort', resolve, { once: true }));
    return exit;
  } finally {
    removeState();
    await deployment.stop();
  }
};

const playOn = async (url: string, printer: Printer): Promise<Exit> => {
  const bus = openBus(async () => url, WORKSPACE);
  try {
    const stage = {
      edict: await bus.edict(),
      bus,
      teller: createTeller(printer, () => performance.now()),
      run: randomUUID().slice(0, 6),
      pause: (ms: number) => pause(ms),
    };
    const policies = await readDocuments([POLICIES], async () => '');
    const { steps, failed } = await play(stage, policies);
    const { style } = printer;
    printer.say({ steps, failed }, () => [
      '',
      failed === 0
        ? style.good(`${count(steps, 'step')}, every one as expected`)
        : style.bad(`${failed} of ${count(steps, 'step')} did not come as expected`),
    ]);
    return failed === 0 ? 0 : 1;
  } finally {
    await bus.close();
  }
};

const howToGoOn = (url: string): string[] => [
  '',
  'It stays up until Ctrl-C. From a second terminal:',
  '',
  '  npx edict decide --as payments-bot --action tool.invoke --resource tool:mail.send',
  '  npx edict verdict list --last 10',
  '  npx edict watch',
  '',
  'or from any NATS client:',
  '',
  `  nats --server ${url} request edict.v1.decide.${WORKSPACE} \\`,
  `    '{"subject":{"type":"agent","id":"payments-bot"},"action":{"name":"tool.invoke"},"resource":{"type":"tool","id":"ledger.delete"}}'`,
];
