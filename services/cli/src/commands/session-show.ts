import { BUCKETS, encodeToken, sessionKey } from '@edict/contracts';
import type { SessionView } from '@edict/core';
import { parseIdentifier } from '../input/identifiers.ts';
import { renderSession, renderSessions } from '../output/session.ts';
import { count } from '../output/table.ts';
import { refusal } from '../stop.ts';
import { defineVerb } from '../verb.ts';

export const sessionShow = defineVerb({
  usage: 'session show <id>',
  summary: 'one session: state, ballots, what is missing',
  examples: ['edict session show esc-4f1d…', 'edict session show 0f8c2a34-…  --json'],
  run: async ({ args: [word = ''], globals, bus, printer }) => {
    const id = parseIdentifier('the session id')(word);
    const store = await bus.store();
    const session = await store.view(BUCKETS.sessions, sessionKey(globals.workspace, id));
    if (session === undefined) {
      throw refusal({
        code: 'SESSION_NOT_FOUND',
        message: `there is no session ${id} in workspace ${globals.workspace}; \`edict session list\` names them`,
      });
    }
    printer.say(session as SessionView, (shown) => renderSession(shown, printer.style));
    return 0;
  },
});

export const sessionList = defineVerb<{ state?: string }>({
  usage: 'session list',
  summary: 'the sessions of the workspace',
  examples: ['edict session list', 'edict session list --state Open'],
  options: [
    {
      flags: '--state <word>',
      help: 'only those',
      choices: ['Open', 'Suspended', 'Resolved', 'Expired', 'Cancelled'],
    },
  ],
  run: async ({ globals, options, bus, printer }) => {
    const store = await bus.store();
    const all = (await store.viewsOf(
      BUCKETS.sessions,
      encodeToken(globals.workspace),
    )) as readonly SessionView[];
    const sessions = all.filter(({ state }) => options.state === undefined || state === options.state);
    printer.sayAll(sessions, (shown) => renderSessions(shown, printer.style));
    printer.note(count(sessions.length, 'session'));
    return 0;
  },
});
