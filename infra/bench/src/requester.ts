import type { Answer, Order } from './messages.ts';
import { connectOperations } from './operations.ts';
import { measureSaves } from './saves.ts';
import { runWindow } from './window.ts';

/** The process that sends the load and holds the stop watch; it does what its parent orders, one thing at a time. */
const url = process.argv[2] ?? '';
const { byLoad, edict } = await connectOperations(url);

const carryOut = async (order: Order): Promise<Answer> =>
  order.kind === 'window'
    ? { kind: 'window', result: await runWindow(byLoad[order.load], order.options) }
    : { kind: 'saves', elapsedMs: await measureSaves(edict, order.count) };

process.on('message', (order: Order) => {
  carryOut(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ kind: 'failed', message: String(error) } satisfies Answer),
  );
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
