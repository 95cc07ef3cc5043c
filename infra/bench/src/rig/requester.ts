import { runWindow } from '../measure/window.ts';
import { openSessions } from '../workload/signals.ts';
import { decisionRequest, WORKSPACE } from '../workload/traffic.ts';
import type { Answer, Order } from './messages.ts';
import { connectOperations } from './operations.ts';
import { measureSaves } from './saves.ts';

const IN_FLIGHT = 256;

/** The process that sends the load and holds the stop watch; it does what its parent orders, one thing at a time. */
const url = process.argv[2] ?? '';
const operations = await connectOperations(url);

const carryOut = async (order: Order): Promise<Answer> => {
  switch (order.kind) {
    case 'window':
      return { kind: 'window', sample: await runWindow(operations.of(order.load), order.options) };
    case 'open-sessions':
      if (order.macpPort === undefined) await openSessions(operations.edict(WORKSPACE), order.count);
      else await operations.macp(order.macpPort).open(order.count);
      return { kind: 'done' };
    case 'decide-many':
      await decideMany(order.workspace, order.count);
      return { kind: 'done' };
    case 'saves':
      return { kind: 'saves', ...(await measureSaves(operations.edict(order.workspace), order)) };
  }
};

const decideMany = async (workspace: string, count: number): Promise<void> => {
  const edict = operations.edict(workspace);
  const run = `many-${Date.now()}`;
  let number = 0;
  const lane = async (): Promise<void> => {
    while (number < count) {
      const reply = await edict.decide(decisionRequest(run, number++));
      if (reply.error !== undefined) throw new Error(`a request was refused: ${reply.error.message}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
};

process.on('message', (order: Order) => {
  carryOut(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ kind: 'failed', message: String(error) } satisfies Answer),
  );
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
