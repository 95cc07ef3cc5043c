import type { Commit, PolicyEvent, PolicySaved } from '@edict/contracts';
import type { Clock } from '@edict/journal';
import { describe, expect, it } from 'vitest';
import { createPolicyDirectory } from './policy-directory.ts';

const AT = 1_763_715_600_000;

const saved = (
  policy_id: string,
  revision: number,
  document: Partial<PolicySaved['document']> = {},
): PolicyEvent => ({
  type: 'policy.saved',
  data: {
    policy_id,
    revision,
    version: 'label',
    kind: document.mode === undefined ? 'guardrail' : 'decision',
    document: {
      policy_id,
      ...(document.mode === undefined ? { kind: 'guardrail' as const } : {}),
      schema_version: 1,
      description: '',
      rules: { tools: { blocked_tools: ['shell.*'] } },
      ...document,
    },
    hash: `sha256:${policy_id}-${revision}`,
    enforcement: 'enforce',
    saved_at: new Date(AT).toISOString(),
    operation: 'save',
    actor: 'ada',
    reason: '',
    warnings: [],
  },
});

const ungoverned = (value: 'allow' | 'deny'): PolicyEvent => ({
  type: 'workspace.changed',
  data: { previous: 'deny', ungoverned: value, changed_at: '', actor: 'ada', reason: '' },
});

const commit = (revision: number, ...events: PolicyEvent[]): Commit => ({
  v: 1,
  journal: 'policies.ws',
  revision,
  previous: '',
  semantics: 1,
  entries: events.map((event, i) => ({
    id: `${i}`,
    at: AT + revision,
    ws: 'ws',
    command: {},
    events: [event],
  })),
});

/** A clock whose timers run when they are told to. */
const createManualClock = () => {
  const timers = new Set<() => void>();
  const clock: Clock = {
    now: () => AT,
    monotonic: () => 0,
    after: (_ms, run) => {
      timers.add(run);
      return () => timers.delete(run);
    },
  };
  return {
    clock,
    timers,
    expire: () => {
      for (const run of [...timers]) run();
    },
  };
};

describe('a policy directory', () => {
  it('has the empty set, revision 0 and deny, for a workspace that it knows nothing of', () => {
    const directory = createPolicyDirectory();
    expect(directory.current('ws')).toMatchObject({ ws: 'ws', revision: 0, ungoverned: 'deny' });
    expect(directory.current('ws').compiled.size).toBe(0);
    expect(directory.revision('ws')).toBe(0);
    expect(directory.workspaces()).toEqual([]);
  });

  it('N12 gives the set of the last commit, and tells that it changed', () => {
    const directory = createPolicyDirectory();
    const changes: unknown[] = [];
    const stop = directory.onChange((change) => changes.push(change));
    directory.apply('ws', commit(1, saved('a', 1), ungoverned('allow')));
    directory.apply('ws', commit(2, saved('a', 2)));
    stop();
    directory.apply('ws', commit(3, saved('b', 1)));
    expect(changes).toEqual([
      { ws: 'ws', revision: 1 },
      { ws: 'ws', revision: 2 },
    ]);
    expect(directory.current('ws')).toMatchObject({ revision: 3, ungoverned: 'allow' });
    expect([...directory.current('ws').compiled.keys()]).toEqual(['a', 'b']);
    expect(directory.current('ws').compiled.get('a')?.live.revision).toBe(2);
  });

  it('compiles again only what changed', () => {
    const directory = createPolicyDirectory();
    directory.apply('ws', commit(1, saved('a', 1), saved('b', 1)));
    const before = directory.current('ws');
    directory.apply('ws', commit(2, saved('b', 2)));
    const after = directory.current('ws');
    expect(after.compiled.get('a')).toBe(before.compiled.get('a'));
    expect(after.compiled.get('b')).not.toBe(before.compiled.get('b'));
    expect(directory.current('ws')).toBe(after);
  });

  it('N4 gives the set of any revision of the past, and none of the future', () => {
    const directory = createPolicyDirectory();
    directory.apply('ws', commit(1, saved('a', 1)));
    directory.apply('ws', commit(2, ungoverned('allow')));
    directory.apply('ws', commit(3, saved('a', 2)));
    expect(directory.at('ws', 0)).toMatchObject({ revision: 0, ungoverned: 'deny' });
    expect(directory.at('ws', 1)).toMatchObject({ revision: 1, ungoverned: 'deny' });
    expect(directory.at('ws', 1)?.compiled.get('a')?.live.revision).toBe(1);
    expect(directory.at('ws', 3)).toBe(directory.current('ws'));
    expect(directory.at('ws', 4)).toBeUndefined();
    expect(directory.at('other', 1)).toBeUndefined();
  });

  it('keeps sets of the past compiled while they are in use', () => {
    const directory = createPolicyDirectory();
    directory.apply('ws', commit(1, saved('a', 1)));
    directory.apply('ws', commit(2, saved('a', 2)));
    expect(directory.at('ws', 1)).toBe(directory.at('ws', 1));
  });

  it('takes a commit that it has already as no news', () => {
    const directory = createPolicyDirectory();
    directory.apply('ws', commit(1, saved('a', 1)));
    const set = directory.current('ws');
    directory.apply('ws', commit(1, saved('a', 1)));
    expect(directory.current('ws')).toBe(set);
  });

  it('refuses a gap and an event that it does not know, and stays as it was', () => {
    const directory = createPolicyDirectory();
    directory.apply('ws', commit(1, saved('a', 1)));
    expect(() => directory.apply('ws', commit(3, saved('a', 2)))).toThrow(/policies\.ws\/2 is missing/);
    const unknown = { type: 'policy.merged', data: {} } as unknown as PolicyEvent;
    expect(() => directory.apply('ws', commit(2, unknown))).toThrow(/unknown event policy\.merged/);
    expect(directory.revision('ws')).toBe(1);
  });

  it('takes events of a host as it takes commits', () => {
    const directory = createPolicyDirectory();
    const place = (revision: number, index: number) => ({ journal: 'policies.ws' as const, revision, index });
    directory.applyEvents('ws', [
      { event: saved('a', 1), ws: 'ws', at: AT, receipt: place(1, 0), command: {} },
      { event: saved('b', 1), ws: 'ws', at: AT, receipt: place(1, 1), command: {} },
      { event: saved('b', 2), ws: 'ws', at: AT, receipt: place(2, 0), command: {} },
    ]);
    expect(directory.current('ws').revision).toBe(2);
    expect(directory.at('ws', 1)?.compiled.size).toBe(2);
  });

  it('knows live decision policies, the built-in ones, and no others', () => {
    const directory = createPolicyDirectory();
    const rules = { voting: { algorithm: 'majority' } };
    directory.apply('ws', commit(1, saved('policy.fraud', 1, { mode: 'macp.mode.decision.v1', rules })));
    expect(directory.decisionPolicy('ws', 'policy.fraud')).toMatchObject({
      revision: 1,
      document: { rules },
    });
    expect(directory.decisionPolicy('ws', 'policy.default')).toMatchObject({ policy_id: 'policy.default' });
    expect(directory.decisionPolicy('elsewhere', 'policy.std.majority')).toBeDefined();
    expect(directory.decisionPolicy('elsewhere', 'policy.fraud')).toBeUndefined();
  });
});

describe('waiting for a revision', () => {
  it('is over at once when it is there', async () => {
    const directory = createPolicyDirectory();
    directory.apply('ws', commit(1, saved('a', 1)));
    const { clock, timers } = createManualClock();
    expect(await directory.waitFor('ws', 1, 500, clock)).toBe(true);
    expect(timers.size).toBe(0);
  });

  it('ends when the commit arrives, and leaves no timer behind', async () => {
    const directory = createPolicyDirectory();
    const { clock, timers } = createManualClock();
    const waiting = directory.waitFor('ws', 2, 500, clock);
    directory.apply('ws', commit(1, saved('a', 1)));
    expect(timers.size).toBe(1);
    directory.apply('ws', commit(2, saved('a', 2)));
    expect(await waiting).toBe(true);
    expect(timers.size).toBe(0);
  });

  it('ends with false when the time is up', async () => {
    const directory = createPolicyDirectory();
    const { clock, expire } = createManualClock();
    const waiting = directory.waitFor('ws', 1, 500, clock);
    expire();
    expect(await waiting).toBe(false);
    directory.apply('ws', commit(1, saved('a', 1)));
    expect(directory.revision('ws')).toBe(1);
  });
});
