import type { DecisionRequest } from '@edict/contracts';
import { putInOrder } from '../put-in-order.ts';
import type { CompiledDocument } from '../rules/compiled-document.ts';
import { comparePlaces } from '../rules/rule.ts';
import type { Changed } from '../rules/rule-index.ts';
import { indexLimits, type LimitIndex } from './limit-index.ts';
import type { LimitRule } from './limit-rule.ts';

/** All limits of a policy set. */
export interface LimitSet {
  /** The limits that a request counts under, by document and place in it: as verdicts list them. */
  find(request: DecisionRequest): readonly LimitRule[];
  readonly layers: Layers;
}

/** What an index was built from, and what has changed since. */
interface Layers {
  readonly base: LimitIndex;
  readonly gone: ReadonlySet<LimitRule>;
  readonly fresh: ReadonlySet<CompiledDocument>;
}

/** So many limits may have changed since an index was built, and so large a share of it; with more it is built anew. */
const CHANGED_LIMITS = 512;
const CHANGED_SHARE = 1 / 8;

const NONE: ReadonlySet<never> = new Set();
const NO_LIMITS: readonly never[] = [];

/**
 * The limits of the next set, at a cost that follows what changes: what is gone is left out of what the index finds, and
 * what is new is looked for beside it, as long as it is little. `compiled` gives all documents of the next set.
 */
export const changeLimits = (
  before: LimitSet,
  { removed, added }: Changed,
  compiled: () => Iterable<CompiledDocument>,
): LimitSet => {
  if (limitsIn(removed) + limitsIn(added) === 0) return before;
  const { base } = before.layers;
  const gone = new Set(before.layers.gone);
  const fresh = new Set(before.layers.fresh);
  for (const document of removed) {
    if (!fresh.delete(document)) for (const limit of document.limits) gone.add(limit);
  }
  for (const document of added) if (document.limits.length > 0) fresh.add(document);
  const few = Math.min(CHANGED_LIMITS, base.size * CHANGED_SHARE);
  return gone.size + limitsIn(fresh) > few
    ? createLimitSet({ base: indexLimits(compiled()), gone: NONE, fresh: NONE })
    : createLimitSet({ base, gone, fresh });
};

const limitsIn = (documents: Iterable<CompiledDocument>): number => {
  let sum = 0;
  for (const { limits } of documents) sum += limits.length;
  return sum;
};

const createLimitSet = (layers: Layers): LimitSet => {
  const { base, gone } = layers;
  const above = indexLimits(layers.fresh);
  if (base.size + above.size === 0) return { find: () => NO_LIMITS, layers };
  return {
    find: (request) => {
      const found: LimitRule[] = [];
      base.collect(request, found);
      const kept = gone.size === 0 ? found : found.filter((limit) => !gone.has(limit));
      if (above.size > 0) above.collect(request, kept);
      return putInOrder(kept, comparePlaces);
    },
    layers,
  };
};

export const NO_LIMIT_SET = createLimitSet({ base: indexLimits([]), gone: NONE, fresh: NONE });
