import { decodeToken, encodeToken } from './tokens.ts';

/** Verbs that outsiders send to a workspace. */
export const VERBS = ['decide', 'outcome', 'signal', 'policy'] as const;
export type Verb = (typeof VERBS)[number];

/** Verbs that may be sent without waiting: a stream keeps them until they are done. */
export const INTAKE_VERBS = ['decide', 'signal'] as const satisfies readonly Verb[];
export type IntakeVerb = (typeof INTAKE_VERBS)[number];

/** The three kinds of journal, one per decider. */
export const JOURNAL_KINDS = ['policies', 'verdicts', 'sessions'] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

const ROOT = 'edict.v1';

/** Where a caller that speaks for others sends (contract §3–§5). */
export const verbAddress = (verb: Verb, ws: string): string => `${ROOT}.${verb}.${encodeToken(ws)}`;
/** Where an agent with its own credentials sends; the token is its identity (contract §6). */
export const boundAddress = (id: string, verb: Verb, ws: string): string =>
  `${ROOT}.as.${encodeToken(id)}.${verb}.${encodeToken(ws)}`;
/** Where a caller that speaks for others leaves what it does not wait for. */
export const intakeAddress = (verb: IntakeVerb, ws: string): string =>
  `${ROOT}.intake.${encodeToken(ws)}.${verb}`;
/** A member's private address: relays, and trusted callers that know who owns a partition. */
export const memberAddress = (incarnation: string, verb: Verb, ws: string): string =>
  `${ROOT}.member.${incarnation}.${verb}.${encodeToken(ws)}`;
/** Commands between deciders: escalations open and close through these. */
export const internalAddress = (kind: JournalKind, partition: number): string =>
  `${ROOT}.internal.${kind}.${partition}`;
/** Where the commits of a journal are stored. */
export const journalAddress = (journal: JournalName): string => {
  const { kind, key } = splitJournal(journal);
  return `${ROOT}.journal.${kind}.${kind === 'policies' ? encodeToken(key) : key}`;
};
export const eventAddress = (ws: string, type: string): string => `${ROOT}.events.${encodeToken(ws)}.${type}`;
export const notifyAddress = (ws: string, id: string, type: string): string =>
  `${ROOT}.notify.${encodeToken(ws)}.${encodeToken(id)}.${type}`;
export const deadAddress = (ws: string, consumer: string): string =>
  `${ROOT}.dead.${encodeToken(ws)}.${consumer}`;
export const anchorAddress = (journal: JournalName): string => {
  const { kind, key } = splitJournal(journal);
  return `${ROOT}.anchor.${kind}.${kind === 'policies' ? encodeToken(key) : key}`;
};
/** Where the frames of a snapshot of a journal's state are stored. */
export const snapshotAddress = (journal: JournalName, id: string): string =>
  `${snapshotPrefix(journal)}.${encodeToken(id)}`;
const snapshotPrefix = (journal: JournalName): string => {
  const { kind, key } = splitJournal(journal);
  return `${ROOT}.snapshot.${kind}.${kind === 'policies' ? encodeToken(key) : key}`;
};
/** Where clock probes are stored, beside the anchors. */
export const CLOCK_ADDRESS = `${ROOT}.anchor.clock`;
export const BEAT_ADDRESS = `${ROOT}.beat`;

/** What a service subscribes to. */
export const subscriptions = {
  verb: (verb: Verb): string => `${ROOT}.${verb}.*`,
  bound: (verb: Verb): string => `${ROOT}.as.*.${verb}.*`,
  intake: (verb: IntakeVerb): string => `${ROOT}.intake.*.${verb}`,
  member: (incarnation: string, verb: Verb): string => `${ROOT}.member.${incarnation}.${verb}.*`,
  journals: (kind: JournalKind): string => `${ROOT}.journal.${kind}.*`,
  events: (ws: string | undefined, type: string | undefined): string =>
    `${ROOT}.events.${ws === undefined ? '*' : encodeToken(ws)}.${type ?? '>'}`,
  allEvents: `${ROOT}.events.>`,
  allDead: `${ROOT}.dead.>`,
  allAnchors: `${ROOT}.anchor.>`,
  allSnapshots: `${ROOT}.snapshot.>`,
  snapshotsOf: (journal: JournalName): string => `${snapshotPrefix(journal)}.*`,
  journalAnchors: `${ROOT}.anchor.*.*`,
} as const;

/** What the address of a request says about it. */
export interface RequestAddress {
  readonly verb: Verb;
  readonly ws: string;
  /** The identity bound by the address, if any. */
  readonly as?: string;
}

/** Reads an outside or member address; `undefined` when it is none of ours. */
export const parseRequestAddress = (address: string): RequestAddress | undefined => {
  const tokens = address.split('.');
  if (tokens[0] !== 'edict' || tokens[1] !== 'v1') return undefined;
  const rest = tokens.slice(2);
  const bound = rest[0] === 'as' || rest[0] === 'member';
  const [verb, wsToken] = bound ? rest.slice(2) : rest;
  if (rest.length !== (bound ? 4 : 2) || !isVerb(verb)) return undefined;
  const ws = decodeToken(wsToken ?? '');
  const as = rest[0] === 'as' ? decodeToken(rest[1] ?? '') : undefined;
  if (ws === undefined || (rest[0] === 'as' && as === undefined)) return undefined;
  return as === undefined ? { verb, ws } : { verb, ws, as };
};

/** Reads an {@link intakeAddress}; `undefined` when it is none. */
export const parseIntakeAddress = (
  address: string,
): { readonly verb: IntakeVerb; readonly ws: string } | undefined => {
  const [root, version, word, token = '', verb, extra] = address.split('.');
  if (`${root}.${version}` !== ROOT || word !== 'intake' || extra !== undefined) return undefined;
  const ws = decodeToken(token);
  const known = INTAKE_VERBS.find((candidate) => candidate === verb);
  return ws === undefined || known === undefined ? undefined : { verb: known, ws };
};

const isVerb = (verb: string | undefined): verb is Verb => VERBS.includes(verb as Verb);

/** `verdicts.3`, `sessions.0`, `policies.<workspace>`: the workspace stays as it is, unencoded. */
export type JournalName = `${JournalKind}.${string}`;

export const journalName = (kind: JournalKind, key: string | number): JournalName => `${kind}.${key}`;

/** Splits a journal's name into its kind and its key (partition number or workspace). */
export const splitJournal = (name: JournalName): { kind: JournalKind; key: string } => {
  const dot = name.indexOf('.');
  return { kind: name.slice(0, dot) as JournalKind, key: name.slice(dot + 1) };
};

/** The name of the journal whose commits lie at an address; `undefined` for other addresses. */
export const journalAt = (address: string): JournalName | undefined => {
  const [root, version, word, kind, token, extra] = address.split('.');
  if (root !== 'edict' || version !== 'v1' || word !== 'journal' || extra !== undefined) return undefined;
  if (!JOURNAL_KINDS.includes(kind as JournalKind)) return undefined;
  const key = kind === 'policies' ? decodeToken(token ?? '') : partitionAt(token ?? '');
  return key === undefined ? undefined : journalName(kind as JournalKind, key);
};

/** A partition in an address is a decimal number without leading zeros, so that each journal has one address. */
const partitionAt = (token: string): string | undefined =>
  /^(?:0|[1-9]\d{0,8})$/.test(token) ? token : undefined;

/** KV key of a policy's latest state, and of one revision of it (contract §4). */
export const policyKey = (ws: string, id: string): string => `${encodeToken(ws)}.${encodeToken(id)}`;
export const policyRevisionKey = (ws: string, id: string, revision: number): string =>
  `${policyKey(ws, id)}.${revision}`;
/** KV key of a session in the sessions view. */
export const sessionKey = (ws: string, id: string): string => `${encodeToken(ws)}.${encodeToken(id)}`;

/** The bucket and stream names that are part of the contract. */
export const STREAMS = {
  policies: 'EDICT_POLICIES',
  verdicts: 'EDICT_VERDICTS',
  sessions: 'EDICT_SESSIONS',
  events: 'EDICT_EVENTS',
  dead: 'EDICT_DEAD',
  intake: 'EDICT_INTAKE',
  anchors: 'EDICT_ANCHORS',
  snapshots: 'EDICT_SNAPSHOTS',
} as const;
export const BUCKETS = {
  latest: 'edict_policies_latest',
  history: 'edict_policies_history',
  sessions: 'edict_sessions',
  deployment: 'edict_deployment',
} as const;
