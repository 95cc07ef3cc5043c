import type { AppliesTo, PolicyDocument } from '@edict/contracts';
import { documentHash } from '../policies/document-hash.ts';
import { builtInDecisionPolicy } from '../sessions/policy/built-in.ts';
import { LayeredMap } from '../state/layered-map.ts';
import { kindModule } from './kinds.ts';
import { changeLimits, type LimitSet, NO_LIMIT_SET } from './limits/limit-set.ts';
import { nameDialect } from './matchers/name-dialect.ts';
import {
  type Audience,
  type AudienceIndex,
  buildAudience,
  changeAudience,
  indexAudiences,
} from './rules/audience.ts';
import type { CompiledDocument, LiveDocument } from './rules/compiled-document.ts';
import type { Changed } from './rules/rule-index.ts';
import { buildDocument } from './rules/set-builder.ts';

/** All policies of a workspace as they are live at one set revision, ready to judge requests. */
export interface PolicySet {
  readonly ws: string;
  /** The set revision: the revision of the workspace's policy journal. */
  readonly revision: number;
  readonly ungoverned: 'allow' | 'deny';
  readonly limits: LimitSet;
  /** The decision policy that is in force, or built in, under an id. */
  decisionPolicy(id: string): LiveDocument | undefined;
  readonly audiences: AudienceIndex;
  /** Kept so that the next set need not compile again what did not change. */
  readonly compiled: LayeredMap<CompiledDocument>;
  readonly audiencesByKey: ReadonlyMap<string, Audience>;
}

export interface PolicySetInput {
  readonly ws: string;
  readonly revision: number;
  readonly ungoverned: 'allow' | 'deny';
  /** Each id at most once, in any order: the result does not depend on it. */
  readonly documents: readonly LiveDocument[];
}

/** What another revision of a set changes. */
export interface PolicySetChange {
  readonly revision: number;
  readonly ungoverned: 'allow' | 'deny';
  /** By id, what is live now; `undefined`: nothing. */
  readonly documents: ReadonlyMap<string, LiveDocument | undefined>;
}

/**
 * Compiles the live documents of a workspace. What `previous` holds of the same workspace is used again where
 * id, revision and enforcement are equal.
 */
export const compilePolicySet = (
  { ws, revision, ungoverned, documents }: PolicySetInput,
  previous?: PolicySet,
): PolicySet => {
  const known = previous?.ws === ws ? previous : EMPTY;
  const live = new Map<string, LiveDocument | undefined>(
    [...known.compiled.keys()].map((id) => [id, undefined]),
  );
  for (const document of documents) live.set(document.policy_id, document);
  return changePolicySet({ ...known, ws }, { revision, ungoverned, documents: live });
};

/** The next set of a workspace, at a cost that follows what changes. */
export const changePolicySet = (
  { ws, compiled: before, audiencesByKey, limits, audiences }: Compiled,
  { revision, ungoverned, documents }: PolicySetChange,
): PolicySet => {
  const changes = new Map<string, CompiledDocument | undefined>();
  const removed: CompiledDocument[] = [];
  const added: CompiledDocument[] = [];
  for (const [id, live] of documents) {
    const known = before.get(id);
    const next = live !== undefined && isInSet(live, ws) ? compileDocument(live, known) : undefined;
    if (next === known) continue;
    changes.set(id, next);
    if (known !== undefined) removed.push(known);
    if (next !== undefined) added.push(next);
  }
  const compiled = before.with(changes);
  const changed = { removed, added };
  const byKey = changeAudiences(audiencesByKey, changed);
  return {
    ws,
    revision,
    ungoverned,
    limits: changeLimits(limits, changed, () => compiled.values()),
    decisionPolicy: (id) => {
      const live = compiled.get(id)?.live;
      return live?.kind === 'decision' && live.enforcement === 'enforce' ? live : builtInPolicy(id);
    },
    audiences: byKey === audiencesByKey ? audiences : indexAudiences([...byKey.values()]),
    compiled,
    audiencesByKey: byKey,
  };
};

/** What the next set takes over. */
type Compiled = Pick<PolicySet, 'ws' | 'compiled' | 'audiencesByKey' | 'limits' | 'audiences'>;

const EMPTY: Compiled = {
  ws: '',
  compiled: new LayeredMap(),
  audiencesByKey: new Map(),
  limits: NO_LIMIT_SET,
  audiences: indexAudiences([]),
};

const isInSet = ({ enforcement, document }: LiveDocument, ws: string): boolean =>
  enforcement !== 'off' && isFor(document.applies_to, ws);

const compileDocument = (live: LiveDocument, known: CompiledDocument | undefined): CompiledDocument =>
  known !== undefined &&
  known.live.revision === live.revision &&
  known.live.enforcement === live.enforcement &&
  known.live.hash === live.hash
    ? known
    : buildDocument(live, (document, into) => kindModule(document.kind).compile(document, into));

const isFor = (selector: AppliesTo | undefined, ws: string): boolean => {
  if (selector?.workspaces === undefined) return true;
  const index = nameDialect.createIndex<string>();
  for (const pattern of selector.workspaces) index.add(pattern, pattern);
  const found: string[] = [];
  index.collect(ws, found);
  return found.length > 0;
};

/** Whether evaluating a request can do without a document, such as one that has nothing but limits. */
const isSilent = ({ parts, subjects, shuts }: CompiledDocument): boolean =>
  parts.length + subjects.length === 0 && shuts === undefined;

const changeAudiences = (
  before: ReadonlyMap<string, Audience>,
  { removed, added }: Changed,
): ReadonlyMap<string, Audience> => {
  const changes = new Map<string, { removed: CompiledDocument[]; added: CompiledDocument[] }>();
  const note = (document: CompiledDocument, what: keyof Changed): void => {
    if (isSilent(document)) return;
    const change = changes.get(document.audience) ?? { removed: [], added: [] };
    change[what].push(document);
    changes.set(document.audience, change);
  };
  for (const document of removed) note(document, 'removed');
  for (const document of added) note(document, 'added');
  if (changes.size === 0) return before;
  const audiences = new Map(before);
  for (const [key, change] of changes) {
    const known = before.get(key);
    const next = known === undefined ? buildAudience(change.added) : changeAudience(known, change);
    if (next === undefined) audiences.delete(key);
    else audiences.set(key, next);
  }
  return audiences;
};

/** The built-in decision policies that were asked for, so that each is hashed once. */
const builtIn = new Map<PolicyDocument, LiveDocument>();

/** Built-in decision policies have no history; their revision is 0. */
const builtInPolicy = (id: string): LiveDocument | undefined => {
  const document = builtInDecisionPolicy(id);
  if (document === undefined) return undefined;
  const known = builtIn.get(document);
  if (known !== undefined) return known;
  const { policy_id } = document;
  const hash = documentHash(document);
  const live = { policy_id, kind: 'decision', revision: 0, hash, enforcement: 'enforce', document } as const;
  builtIn.set(document, live);
  return live;
};
