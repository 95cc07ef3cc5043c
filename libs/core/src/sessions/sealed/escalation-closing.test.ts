import type { SessionEvent } from '@edict/contracts';
import { describe, expect, it } from 'vitest';
import { majority, sealed, vote } from '../testing/sealed-script.ts';
import { createSessionScript, SESSION, WORKSPACE } from '../testing/session-script.ts';
import { endedEscalations, escalationClosing } from './escalation-closing.ts';

describe('what closes the verdict', () => {
  it.each([
    ['positive', ['APPROVE', 'APPROVE'], ['VOTE_ALLOWS']],
    ['negative', ['REJECT', 'REJECT'], ['VOTE_FAILED']],
    ['cancelled', ['ABSTAIN', 'ABSTAIN', 'ABSTAIN'], ['NO_VOTES', 'NO_VOTES_DECLINE']],
  ])('a %s end names the request, the outcome and why', (outcome, votes, codes) => {
    const script = sealed(majority);
    const events = votes.flatMap((value, i) => vote(script, 'abc'[i] ?? '', value).events);
    const closing = escalationClosing(events.at(-1) as SessionEvent, WORKSPACE);
    expect(closing).toMatchObject({
      ws: WORKSPACE,
      subject: { type: 'agent', id: 'payer' },
      request_id: 'r-7',
      session_id: SESSION,
      outcome,
    });
    expect(closing?.reasons.map(({ code }) => code)).toEqual(codes);
    expect(endedEscalations(script.state)).toEqual([closing]);
    expect(endedEscalations(script.replayed())).toEqual([closing]);
  });

  it('is nothing for a session that somebody started by hand', () => {
    const script = createSessionScript();
    script.start();
    script.propose();
    const { events } = script.commit(true);
    expect(events[0] && escalationClosing(events[0], WORKSPACE)).toBeUndefined();
    expect(endedEscalations(script.state)).toEqual([]);
  });
});
