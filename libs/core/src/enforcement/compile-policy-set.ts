import type { AppliesTo } from '@edict/contracts';
import { documentHash } from '../policies/document-hash.ts';
import { builtInDecisionPolicy } from '../sessions/policy/built-in.ts';
import { kindModule } from './kinds.ts';
import type { LimitRule } from './limits/limit-rule.ts';
import { nameDialect } from './matchers/name-dialect.ts';
import { type Audience, type AudienceIndex, buildAudience, indexAudiences } from './rules/audience.ts';
import type { CompiledDocument, LiveDocument } from './rules/compiled-document.ts';
import { buildDocument } from './rules/set-builder.ts';

/** All policies of a workspace as they are live at one set revision, ready to judge requests. */
export interface PolicySet {
  readonly ws: string;
  /** The set revision: the revision of the workspace's policy journal. */
  readonly revision: number;
  readonly ungoverned: 'allow' | 'deny';
  /** Every limit of the set; each says itself whether it applies to a request. */
  readonly limits: readonly LimitRule[];
  /** The decision policy that is in force, or built in, under an id. */
  decisionPolicy(id: string): LiveDocument | undefined;
  readonly audiences: AudienceIndex;
  /** Kept so that the next set need not compile again what did not change. */
  readonly compiled: ReadonlyMap<string, CompiledDocument>;
  readonly audiencesByKey: ReadonlyMap<string, Audience>;
}

export interface PolicySetInput {
  readonly ws: string;
  readonly revision: number;
  readonly ungoverned: 'allow' | 'deny';
  /** Each id at most once, in any order: the result does not depend on it. */
  readonly documents: readonly LiveDocument[];
}

/**
 * Compiles the live documents of a workspace. What `previous` holds of the same workspace is used again where
 * id, revision and enforcement are equal, so the cost follows the change.
 */
export const compilePolicySet = (input: PolicySetInput, previous?: PolicySet): PolicySet => {
  const { ws, revision, ungoverned } = input;
  const known = previous?.ws === ws ? previous : undefined;
  const documents = input.documents
    .filter((live) => live.enforcement !== 'off' && isFor(live.document.applies_to, ws))
    .sort((a, b) => (a.policy_id < b.policy_id ? -1 : 1))
    .map((live) => compileDocument(live, known?.compiled.get(live.policy_id)));
  const audiencesByKey = groupByAudience(documents, known?.audiencesByKey);
  const compiled = new Map(documents.map((document) => [document.live.policy_id, document]));
  return {
    ws,
    revision,
    ungoverned,
    limits: documents.flatMap(({ limits }) => limits),
    decisionPolicy: (id) => {
      const live = compiled.get(id)?.live;
      return live?.kind === 'decision' && live.enforcement === 'enforce' ? live : builtInPolicy(id);
    },
    audiences: indexAudiences([...audiencesByKey.values()]),
    compiled,
    audiencesByKey,
  };
};

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

const groupByAudience = (
  documents: readonly CompiledDocument[],
  known: ReadonlyMap<string, Audience> | undefined,
): ReadonlyMap<string, Audience> => {
  const groups = new Map<string, CompiledDocument[]>();
  for (const document of documents) {
    if (document.actions.size === 0 && document.subjects.size === 0) continue;
    const group = groups.get(document.audience);
    if (group === undefined) groups.set(document.audience, [document]);
    else group.push(document);
  }
  return new Map(
    [...groups].map(([key, group]) => {
      const same = known?.get(key);
      const selector = group[0]?.live.document.applies_to ?? {};
      return [key, isSame(same, group) ? same : buildAudience(key, selector, group, same)];
    }),
  );
};

const isSame = (audience: Audience | undefined, group: readonly CompiledDocument[]): audience is Audience =>
  audience?.documents.length === group.length &&
  group.every((document, index) => document === audience.documents[index]);

/** Built-in decision policies have no history; their revision is 0. */
const builtInPolicy = (id: string): LiveDocument | undefined => {
  const document = builtInDecisionPolicy(id);
  if (document === undefined) return undefined;
  return {
    policy_id: document.policy_id,
    kind: 'decision',
    revision: 0,
    hash: documentHash(document),
    enforcement: 'enforce',
    document,
  };
};
