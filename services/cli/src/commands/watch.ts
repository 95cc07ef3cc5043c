import type { Edict } from '@edict/sdk';
import { eventTypesFrom } from '../input/event-types.ts';
import { renderEvent } from '../output/event.ts';
import type { Printer } from '../output/printer.ts';
import { defineVerb } from '../verb.ts';

export const watch = defineVerb({
  usage: 'watch [types...]',
  summary: 'the live feed of the workspace, a line each, until Ctrl-C',
  examples: ['edict watch', 'edict watch verdict.issued limit.*', 'edict watch policy.saved --json'],
  endsItself: true,
  run: async ({ args, bus, printer, interrupted }) => {
    const types = eventTypesFrom(args);
    const edict = await bus.edict();
    printer.note(`watching ${types.length === 0 ? 'every type' : types.join(', ')}; Ctrl-C ends it`);
    const forgetConnection = await bus.onConnection((up) =>
      printer.note(
        up ? 'the connection is back; what happened meanwhile is not shown' : 'the connection is lost',
      ),
    );
    try {
      await follow(edict, types, printer, AbortSignal.any([interrupted, printer.closed]));
    } finally {
      forgetConnection();
    }
    return 0;
  },
});

/** Prints what happens until the end; rejects when the broker does not let it listen. */
const follow = (edict: Edict, types: readonly string[], printer: Printer, end: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const subscription = edict.watch(types).subscribe({
      next: (event) => printer.say(event, (shown) => [renderEvent(shown, printer.style)]),
      error: reject,
    });
    const finish = (): void => {
      subscription.unsubscribe();
      resolve();
    };
    if (end.aborted) finish();
    else end.addEventListener('abort', finish, { once: true });
  });
