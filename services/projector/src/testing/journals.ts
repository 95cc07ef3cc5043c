import {
  type DecideCommand,
  type JournalName,
  journalAddress,
  journalName,
  type PolicyCommand,
  type PolicyEvent,
  type SessionEvent,
  type VerdictCommand,
  type VerdictEvent,
} from '@edict/contracts';
import {
  compilePolicySet,
  createSessionsDecider,
  type LiveDocument,
  type PolicyState,
  policiesDecider,
  type SessionCommand,
  type SessionFacts,
  type SessionsState,
  type VerdictFacts,
  type VerdictState,
  verdictsDecider,
} from '@edict/core';
import { createHost, type Host, systemClock } from '@edict/journal';
import { jetStreamJournals, type StoreConnection } from '@edict/nats';

type PolicyHost = Host<PolicyCommand, PolicyEvent, PolicyState, undefined>;
type SessionHost = Host<SessionCommand, SessionEvent, SessionsState, SessionFacts>;
type VerdictHost = Host<VerdictCommand, VerdictEvent, VerdictState, VerdictFacts>;
type Reply = Readonly<Record<string, unknown>>;

/** The deciders on journals of a real broker, as the services host them. */
export interface Journals {
  policy(command: PolicyCommand, ws?: string): Promise<Reply>;
  session(command: SessionCommand, ws?: string): Promise<Reply>;
  verdict(command: VerdictCommand, ws?: string): Promise<Reply>;
  /** Stores bytes at the end of a journal, whatever they are. */
  poison(journal: JournalName, text: string): Promise<void>;
  close(): Promise<void>;
}

const DOCUMENTS = [
  {
    policy_id: 'guardrail.money',
    kind: 'guardrail',
    schema_version: 1,
    description: 'transfers need an approval',
    rules: {
      tools: {
        allowed_tools: ['ledger.*'],
        require_approval: [
          {
            tool: 'ledger.transfer',
            decision_policy: 'policy.unanimous',
            approvers: ['fraud', 'risk'],
            within: '15m',
          },
        ],
      },
    },
  },
  {
    policy_id: 'policy.unanimous',
    mode: 'macp.mode.decision.v1',
    schema_version: 1,
    description: 'everybody has to agree',
    rules: { voting: { algorithm: 'unanimous' } },
  },
];

export const unanimous: unknown = DOCUMENTS[1];

const live = (document: (typeof DOCUMENTS)[number]): LiveDocument => ({
  policy_id: document.policy_id,
  kind: document.kind ?? 'decision',
  revision: 1,
  hash: `sha256:${document.policy_id}`,
  enforcement: 'enforce',
  document: document as unknown as LiveDocument['document'],
});

/** One verdict journal and one session journal, `verdicts.0` and `sessions.0`; a policy journal per workspace. */
export const openJournals = (store: StoreConnection): Journals => {
  const open = jetStreamJournals(store);
  const incarnation = `t${Math.random().toString(36).slice(2)}`;
  const common = { clock: systemClock, incarnation };
  const policies = new Map<string, Promise<PolicyHost>>();
  const facts = { ok: true, facts: undefined } as const;
  const set = compilePolicySet({
    ws: 'default',
    revision: 1,
    ungoverned: 'deny',
    documents: DOCUMENTS.map(live),
  });

  const policyHost = async (ws: string): Promise<PolicyHost> => {
    const journal = await open(journalName('policies', ws));
    return loaded(createHost({ ...common, journal, decider: policiesDecider, facts: () => facts }));
  };
  const sessionHost = async (): Promise<SessionHost> => {
    const name = journalName('sessions', 0);
    const decider = createSessionsDecider(name);
    return loaded<SessionHost>(
      createHost<SessionCommand, SessionEvent, SessionsState, SessionFacts>({
        ...common,
        journal: await open(name),
        decider,
        facts: () => facts,
      }),
    );
  };
  const verdictHost = async (): Promise<VerdictHost> => {
    const journal = await open(journalName('verdicts', 0));
    const decider = verdictsDecider;
    return loaded(
      createHost({ ...common, journal, decider, facts: () => ({ ok: true, facts: { set } }) as const }),
    );
  };
  let sessions: Promise<SessionHost> | undefined;
  let verdicts: Promise<VerdictHost> | undefined;

  return {
    policy: async (command, ws = 'default') => {
      const host = policies.get(ws) ?? policyHost(ws);
      policies.set(ws, host);
      return submit(await host, command, ws);
    },
    session: async (command, ws = 'default') => {
      sessions ??= sessionHost();
      return submit(await sessions, command, ws);
    },
    verdict: async (command, ws = 'default') => {
      verdicts ??= verdictHost();
      return submit(await verdicts, command, ws);
    },
    poison: async (journal, text) => {
      await store.requester.request(journalAddress(journal), text);
    },
    close: async () => {
      for (const host of [...policies.values(), sessions, verdicts]) await (await host)?.drain();
    },
  };
};

const loaded = async <H extends { load(): Promise<void> }>(host: H): Promise<H> => {
  await host.load();
  return host;
};

interface Submits<C> {
  submit(
    submission: { readonly command: C; readonly ws: string },
    respond: (
      answer: { ok: true; reply: string } | { ok: false; rejection: { code: string; message: string } },
    ) => void,
  ): void;
}

const submit = <C>(host: Submits<C>, command: C, ws: string): Promise<Reply> =>
  new Promise((resolve, reject) => {
    host.submit({ command, ws }, (answer) => {
      if (answer.ok) resolve(JSON.parse(answer.reply));
      else reject(new Error(`${answer.rejection.code}: ${answer.rejection.message}`));
    });
  });

export const guardrail = (policy_id: string, description = 'blocks shells') => ({
  policy_id,
  kind: 'guardrail',
  schema_version: 1,
  description,
  rules: { tools: { blocked_tools: ['shell.*'] } },
});

export const save = (policy_id: string, description?: string): PolicyCommand => ({
  op: 'save',
  document: guardrail(policy_id, description),
  actor: 'alice',
  reason: 'a test',
});

export const decide = (request_id: string, tool = 'ledger.read', agent = 'payer'): DecideCommand => ({
  kind: 'decide',
  claims_trusted: true,
  request: {
    request_id,
    subject: { type: 'agent', id: agent, properties: { roles: ['payments'] } },
    action: { name: 'tool.invoke' },
    resource: { type: 'tool', id: tool },
    context: { amount: 12 },
  },
});
