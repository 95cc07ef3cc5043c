import { renderHealth } from '../output/health.ts';
import { unavailable } from '../stop.ts';
import { defineVerb } from '../verb.ts';

export const health = defineVerb({
  usage: 'health',
  summary: 'who is up, what each owns, how far each view is; exit 1 when something is wrong',
  examples: ['edict health', 'edict health --json      with the hash of every state'],
  everyWorkspace: true,
  run: async ({ bus, printer }) => {
    const reports = await bus.health({ state_hashes: printer.json });
    if (reports.length === 0) {
      throw unavailable('NATS answers, but no service of edict does', [
        'start them:   npx edict up --nats URL',
      ]);
    }
    for (const report of reports) printer.say(report, (shown) => renderHealth(shown, printer.style));
    return reports.every(({ ok }) => ok) ? 0 : 1;
  },
});
