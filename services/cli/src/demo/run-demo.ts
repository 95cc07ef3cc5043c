import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Deployment, SERVICES, type StartDeployment, untilEnd } from '../commands/up.ts';
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
  surroundings: DemoSurroundings,
): Promise<Exit> => {
  const deployment = await surroundings.start({
    data,
    nats: flags.nats,
    port: undefined,
    sync: 'always',
    services: SERVICES,
    log: printer.note,
    interrupted: surroundings.interrupted,
  });
  try {
    return await show({ deployment, data, once: flags.once }, printer, surroundings);
  } finally {
    await deployment.stop();
  }
};

interface Showing {
  readonly deployment: Deployment;
  readonly data: string;
  readonly once: boolean;
}

const show = async (
  { deployment, data, once }: Showing,
  printer: Printer,
  { stateDir, interrupted }: DemoSurroundings,
): Promise<Exit> => {
  const { url, ownServer } = deployment;
  const removeState = ownServer
    ? writeState(stateDir, { pid: process.pid, url, data, started: new Date().toISOString() })
    : () => undefined;
  try {
    printer.say({ up: url, data }, () => [
      `${printer.style.good('up')}  NATS and ${count(SERVICES.length, 'service')} at ${printer.style.name(url)}, data in ${data}`,
    ]);
    const exit = await playOn(url, printer);
    if (once || interrupted.aborted) return exit;
    printer.say({ waiting: true }, () => howToGoOn(url));
    await untilEnd(deployment, interrupted);
    return exit;
  } finally {
    removeState();
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
