import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as addresses from './addresses.ts';
import { HEALTH_ADDRESS } from './health.ts';

const {
  anchorAddress,
  BEAT_ADDRESS,
  BUCKETS,
  boundAddress,
  deadAddress,
  eventAddress,
  INTAKE_VERBS,
  intakeAddress,
  internalAddress,
  JOURNAL_KINDS,
  journalAddress,
  journalAt,
  journalName,
  memberAddress,
  notifyAddress,
  parseIntakeAddress,
  parseRequestAddress,
  policyKey,
  policyRevisionKey,
  STREAMS,
  sessionKey,
  snapshotAddress,
  splitJournal,
  subscriptions,
  VERBS,
  verbAddress,
} = addresses;

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const verb = fc.constantFrom(...VERBS);

describe('the table of addresses', () => {
  it.each([
    ['a decision request', verbAddress('decide', 'default'), 'edict.v1.decide.default'],
    ['an outcome', verbAddress('outcome', 'default'), 'edict.v1.outcome.default'],
    ['a signal', verbAddress('signal', 'default'), 'edict.v1.signal.default'],
    ['a policy command', verbAddress('policy', 'default'), 'edict.v1.policy.default'],
    ['an agent of its own', boundAddress('bot.1', 'decide', 'a b'), 'edict.v1.as.bot=2E1.decide.a=20b'],
    ['a request that nobody waits for', intakeAddress('decide', 'w.1'), 'edict.v1.intake.w=2E1.decide'],
    ['a signal that nobody waits for', intakeAddress('signal', 'w.1'), 'edict.v1.intake.w=2E1.signal'],
    ['a member', memberAddress('m1', 'decide', 'w.1'), 'edict.v1.member.m1.decide.w=2E1'],
    ['an internal command', internalAddress('sessions', 3), 'edict.v1.internal.sessions.3'],
    ['a policy journal', journalAddress('policies.w.1'), 'edict.v1.journal.policies.w=2E1'],
    ['a verdict journal', journalAddress('verdicts.3'), 'edict.v1.journal.verdicts.3'],
    ['a session journal', journalAddress('sessions.0'), 'edict.v1.journal.sessions.0'],
    ['a heartbeat', BEAT_ADDRESS, 'edict.v1.beat'],
    ['an anchor', anchorAddress('verdicts.3'), 'edict.v1.anchor.verdicts.3'],
    ['a snapshot', snapshotAddress('sessions.3', '7-a.b'), 'edict.v1.snapshot.sessions.3.7-a=2Eb'],
    ['an anchor of policies', anchorAddress('policies.w.1'), 'edict.v1.anchor.policies.w=2E1'],
    [
      'a notice',
      notifyAddress('w.1', 'ada@x', 'approval.requested'),
      'edict.v1.notify.w=2E1.ada=40x.approval.requested',
    ],
    ['an event', eventAddress('w.1', 'verdict.issued'), 'edict.v1.events.w=2E1.verdict.issued'],
    ['a dead letter', deadAddress('w.1', 'enforcer'), 'edict.v1.dead.w=2E1.enforcer'],
    ['health', HEALTH_ADDRESS, 'edict.v1.health'],
    ['a policy of the view', policyKey('default', 'guardrail.payments'), 'default.guardrail=2Epayments'],
    [
      'a revision of the view',
      policyRevisionKey('default', 'guardrail.payments', 7),
      'default.guardrail=2Epayments.7',
    ],
    ['a session of the view', sessionKey('default', 's 1'), 'default.s=201'],
  ])('has %s at its place', (_what, address, expected) => {
    expect(address).toBe(expected);
  });

  it('has the streams and buckets that users may name', () => {
    expect(STREAMS).toEqual({
      policies: 'EDICT_POLICIES',
      verdicts: 'EDICT_VERDICTS',
      sessions: 'EDICT_SESSIONS',
      events: 'EDICT_EVENTS',
      dead: 'EDICT_DEAD',
      intake: 'EDICT_INTAKE',
      anchors: 'EDICT_ANCHORS',
      snapshots: 'EDICT_SNAPSHOTS',
    });
    expect(BUCKETS).toMatchObject({
      latest: 'edict_policies_latest',
      history: 'edict_policies_history',
      sessions: 'edict_sessions',
    });
  });

  it('has one subscription for all that is sent to one kind of address', () => {
    expect([
      subscriptions.verb('decide'),
      subscriptions.bound('decide'),
      subscriptions.member('m1', 'decide'),
      subscriptions.journals('verdicts'),
      subscriptions.events('w.1', 'verdict.>'),
      subscriptions.events(undefined, undefined),
      subscriptions.allEvents,
      subscriptions.allDead,
      subscriptions.allAnchors,
    ]).toEqual([
      'edict.v1.decide.*',
      'edict.v1.as.*.decide.*',
      'edict.v1.member.m1.decide.*',
      'edict.v1.journal.verdicts.*',
      'edict.v1.events.w=2E1.verdict.>',
      'edict.v1.events.*.>',
      'edict.v1.events.>',
      'edict.v1.dead.>',
      'edict.v1.anchor.>',
    ]);
  });
});

describe('the address of a request', () => {
  it('says verb and workspace, whatever the workspace is called', () => {
    fc.assert(
      fc.property(verb, name, (verb, ws) => {
        expect(parseRequestAddress(verbAddress(verb, ws))).toEqual({ verb, ws });
      }),
    );
  });

  it('says whom it binds, whatever the agent is called', () => {
    fc.assert(
      fc.property(name, verb, name, (as, verb, ws) => {
        expect(parseRequestAddress(boundAddress(as, verb, ws))).toEqual({ verb, ws, as });
      }),
    );
  });

  it('of a member binds nobody', () => {
    expect(parseRequestAddress(memberAddress('m1', 'outcome', 'w.1'))).toEqual({
      verb: 'outcome',
      ws: 'w.1',
    });
  });

  it('is never shared by two agents or two workspaces', () => {
    fc.assert(
      fc.property(name, name, name, name, (a, ws, b, other) => {
        const same = boundAddress(a, 'decide', ws) === boundAddress(b, 'decide', other);
        expect(same).toBe(a === b && ws === other);
      }),
    );
  });

  it.each([
    ['another root', 'other.v1.decide.default'],
    ['another version', 'edict.v2.decide.default'],
    ['an unknown verb', 'edict.v1.destroy.default'],
    ['a verb by inheritance', 'edict.v1.toString.default'],
    ['no workspace', 'edict.v1.decide'],
    ['an empty workspace', 'edict.v1.decide.'],
    ['one token too many', 'edict.v1.decide.default.more'],
    ['a workspace that is not encoded', 'edict.v1.decide.jürgen'],
    ['lower-case hex', 'edict.v1.decide.a=2eb'],
    ['nobody who is bound', 'edict.v1.as.decide.default'],
    ['an empty identity', 'edict.v1.as..decide.default'],
    ['an identity that is not encoded', 'edict.v1.as.a=b.decide.default'],
    ['one token too many behind an identity', 'edict.v1.as.bot.decide.default.more'],
    ['a journal', 'edict.v1.journal.verdicts.3'],
    ['a heartbeat', 'edict.v1.beat'],
    ['nothing', ''],
  ])('that has %s is none of ours', (_what, address) => {
    expect(parseRequestAddress(address)).toBeUndefined();
  });
});

describe('a journal', () => {
  it('of policies is found by its address, whatever its workspace is called', () => {
    fc.assert(
      fc.property(name, (ws) => {
        const journal = journalName('policies', ws);
        expect(journalAt(journalAddress(journal))).toBe(journal);
        expect(splitJournal(journal)).toEqual({ kind: 'policies', key: ws });
      }),
    );
  });

  it('of verdicts or sessions is found by its address, whatever its partition', () => {
    fc.assert(
      fc.property(fc.constantFrom('verdicts', 'sessions'), fc.nat(999_999_999), (kind, partition) => {
        const journal = journalName(kind, partition);
        expect(journalAt(journalAddress(journal))).toBe(journal);
        expect(splitJournal(journal)).toEqual({ kind, key: String(partition) });
      }),
    );
  });

  it('has one address: what is read from an address leads back to it', () => {
    const token = fc.string({ unit: fc.constantFrom(...'0123=2EAa-_'), minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(...JOURNAL_KINDS), token, (kind, token) => {
        const address = `edict.v1.journal.${kind}.${token}`;
        const journal = journalAt(address);
        return journal === undefined || journalAddress(journal) === address;
      }),
    );
  });

  it.each([
    ['another root', 'other.v1.journal.verdicts.3'],
    ['another version', 'edict.v2.journal.verdicts.3'],
    ['another word', 'edict.v1.anchor.verdicts.3'],
    ['an unknown kind', 'edict.v1.journal.limits.3'],
    ['no key', 'edict.v1.journal.verdicts'],
    ['an empty key', 'edict.v1.journal.policies.'],
    ['one token too many', 'edict.v1.journal.policies.a.b'],
    ['a key that is not encoded', 'edict.v1.journal.policies.a=b'],
    ['a partition that is no number', 'edict.v1.journal.verdicts.first'],
    ['a partition with a leading zero', 'edict.v1.journal.verdicts.03'],
    ['an encoded partition', 'edict.v1.journal.verdicts.=33'],
    ['a negative partition', 'edict.v1.journal.verdicts.-1'],
  ])('is nowhere at an address with %s', (_what, address) => {
    expect(journalAt(address)).toBeUndefined();
  });
});

describe('the address of what nobody waits for', () => {
  it('is read as it was made', () => {
    fc.assert(
      fc.property(fc.constantFrom(...INTAKE_VERBS), name, (verb, ws) => {
        fc.pre(ws.isWellFormed());
        expect(parseIntakeAddress(intakeAddress(verb, ws))).toEqual({ verb, ws });
      }),
    );
  });

  it.each([
    'edict.v1.intake.w.outcome',
    'edict.v1.intake.w',
    'edict.v1.intake.w.decide.x',
    'edict.v1.decide.w',
    'edict.v1.intake.=zz.decide',
    'other.v1.intake.w.decide',
  ])('is not %s', (address) => {
    expect(parseIntakeAddress(address)).toBeUndefined();
  });
});
