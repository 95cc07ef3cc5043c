import { describe, expect, it } from 'vitest';
import { refusedAnswer } from './acknowledgement.ts';
import { createSessionScript, SESSION, START } from './testing/session-script.ts';

describe('an acknowledgement', () => {
  it('of an accepted signal says what was accepted, when, and where it lies', () => {
    const script = createSessionScript();
    script.wait(5);
    expect(script.start().ack).toEqual({
      ok: true,
      duplicate: false,
      message_id: 'SessionStart-lead',
      session_id: SESSION,
      session_state: 'Open',
      accepted_at_unix_ms: START + 5,
      error: null,
      receipt: { journal: 'sessions.0', revision: 1, index: 0 },
    });
  });

  it('of a refusal has the code, whether to try again, and where the session stands', () => {
    const about = { message_id: 'm1', session_id: SESSION };
    const refusal = { code: 'OVERLOADED', message: 'later', session_state: 'Suspended' } as const;
    expect(refusedAnswer(about, refusal)).toEqual({
      ok: false,
      duplicate: false,
      ...about,
      session_state: 'Suspended',
      accepted_at_unix_ms: null,
      error: { code: 'OVERLOADED', message: 'later', retriable: true, reasons: [] },
      receipt: null,
    });
  });

  it('of a recorded command is the same text each time it is asked for', () => {
    const { decider, ...script } = createSessionScript();
    const command = { kind: 'expire', session_id: SESSION } as const;
    script.start();
    script.wait(60_001);
    const { events } = script.submit(command);
    const recorded = {
      entry: { at: script.now(), command, events },
      receipt: { journal: 'sessions.0', revision: 2, index: 0 },
    } as const;
    expect(decider.reply(recorded)).toBe(decider.reply(JSON.parse(JSON.stringify(recorded))));
    expect(JSON.parse(decider.reply(recorded))).toMatchObject({
      ok: true,
      session_state: 'Expired',
      message_id: '',
    });
  });
});
