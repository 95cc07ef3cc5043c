import {
  BOUNDS,
  excerpt,
  type LimitDocumentRule,
  LimitsDocument,
  parseDuration,
  pointer,
} from '@edict/contracts';
import { checkShape, type Findings } from '../check-shape.ts';
import type { KindModule } from '../kind-module.ts';
import type { LiveDocument } from '../rules/compiled-document.ts';
import type { SetBuilder } from '../rules/set-builder.ts';
import { fieldsOf, itemsOf, type UncheckedFields } from '../unchecked-fields.ts';
import { toMicro } from './amounts.ts';
import type { KeyPart, LimitRule } from './limit-rule.ts';

/** A limit that several agents share lies in no single principal's partition, so it is refused until it has a home. */
const inspect = (document: UncheckedFields, findings: Findings): void => {
  for (const [i, rule] of itemsOf(document['rules'])) {
    const { key, budget, measure, reserve_for } = fieldsOf(rule) as UncheckedLimit;
    if (Array.isArray(key) && !key.includes('agent') && !key.includes('session')) {
      findings.unsupported(
        pointer(['rules', i, 'key']),
        `rules.${i}.key is ${excerpt(key)}: this build cannot enforce a limit that several agents share`,
        'a key that contains agent or session',
      );
    }
    if (reserve_for !== undefined && budget === undefined && measure === 'requests') {
      const message = `rules.${i}.reserve_for has no effect: a rate of requests is charged at once`;
      findings.warn('INERT_SETTING', pointer(['rules', i, 'reserve_for']), message);
    }
  }
};

type UncheckedLimit = Readonly<Record<keyof LimitDocumentRule, unknown>>;

/** Puts the limits of one document into the intermediate form. */
const compile = (live: LiveDocument, into: SetBuilder): void => {
  const { policy_id, revision, hash, enforcement } = live;
  const { rules } = live.document as unknown as LimitsDocument;
  const document = { policy_id, revision, hash };
  for (const [order, rule] of rules.entries())
    into.limit(compileRule(rule, { document, enforcement, order }));
};

const compileRule = (
  rule: LimitDocumentRule,
  place: Pick<LimitRule, 'document' | 'enforcement' | 'order'>,
): LimitRule => {
  const reserveForMs = parseDuration(rule.reserve_for ?? '') ?? BOUNDS.reserveForMs;
  return {
    ...place,
    rule: rule.id,
    stage: rule.stage ?? 'admission',
    measure: rule.measure,
    key: keyParts(rule.key),
    ...shapeOf(rule),
    onExceeded: rule.on_exceeded ?? 'reject',
    downgradeTo: rule.downgrade_to,
    missing: rule.missing ?? 'shared',
    reserveForMs,
    actions: rule.actions,
  };
};

const shapeOf = ({ budget, rate }: LimitDocumentRule): Pick<LimitRule, 'form' | 'limit' | 'spanMs'> => {
  if (rate !== undefined) {
    return { form: 'rate', limit: toMicro(rate.limit), spanMs: parseDuration(rate.period) ?? 1 };
  }
  // A document was checked before it was saved; one that is neither is a budget of nothing.
  const { limit, window } = budget ?? { limit: 0, window: 'lifetime' };
  return { form: 'budget', limit: toMicro(limit), spanMs: parseDuration(window) ?? Number.POSITIVE_INFINITY };
};

/** A session is a session of one agent, so its key names the agent as well. */
const keyParts = (words: readonly string[]): readonly KeyPart[] => {
  if (words.length === 1 && words[0] === 'agent') return AGENT_ALONE;
  const named = words.includes('agent') ? words : ['agent', ...words];
  return named.map((word): KeyPart => {
    switch (word) {
      case 'agent':
      case 'session':
      case 'workspace':
        return { kind: word };
      default:
        return { kind: 'context', field: word.slice('context.'.length) };
    }
  });
};

/** One for all limits that have it: most do. */
const AGENT_ALONE: readonly KeyPart[] = [{ kind: 'agent' }];

/** The `limits` kind: rates and budgets, each per agent at least. */
export const limitsKind: KindModule = {
  check: (document) => checkShape(LimitsDocument, document, inspect),
  compile,
};
