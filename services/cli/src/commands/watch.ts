import { renderEvent } from '../output/event.ts';
import { defineVerb } from '../verb.ts';

export const watch = defineVerb({
  usage: 'watch [types...]',
  summary: 'the live feed of the workspace, a line each, until Ctrl-C',
  examples: ['edict watch', 'edict watch verdict.issued limit.*', 'edict watch policy.saved --json'],
  endsItself: true,
  run: async ({ args, bus, printer, interrupted }) => {
    const edict = await bus.edict();
    const types = args.map((type) => (type === '*' ? '>' : type));
    printer.note(`watching ${types.length === 0 ? 'every type' : types.join(', ')}; Ctrl-C ends it`);
    await new Promise<void>((resolve, reject) => {
      const subscription = edict.watch(types).subscribe({
        next: (event) => printer.say(event, (shown) => [renderEvent(shown, printer.style)]),
        error: reject,
      });
      const finish = (): void => {
        subscription.unsubscribe();
        resolve();
      };
      const end = AbortSignal.any([interrupted, printer.closed]);
      if (end.aborted) finish();
      else end.addEventListener('abort', finish, { once: true });
    });
    return 0;
  },
});
