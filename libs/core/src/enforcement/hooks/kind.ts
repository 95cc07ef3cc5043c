import { BOUNDS, excerpt, type HookRule, HooksDocument, type RuleEffect, utf8Bytes } from '@edict/contracts';
import { checkShape, type Findings } from '../check-shape.ts';
import { conditionOf } from '../conditions/condition-of.ts';
import type { KindModule } from '../kind-module.ts';
import { globDialect } from '../matchers/glob-dialect.ts';
import type { NewMatch, NewSource } from '../rules/set-builder.ts';
import { fieldsOf, itemsOf, type UncheckedFields } from '../unchecked-fields.ts';

const EFFECTS: ReadonlyMap<unknown, readonly unknown[]> = new Map([
  ['before', ['deny', 'log', 'allow']],
  ['after', ['modify', 'deny', 'log']],
]);

const checkHook = (hook: UncheckedFields, path: string, findings: Findings): void => {
  const { phase, operation, pattern, when, effect } = hook as Readonly<Record<keyof HookRule, unknown>>;
  findings.pattern(pattern, `${path}/pattern`, globDialect);
  findings.condition(when, `${path}/when`);
  if (operation === 'write' || operation === 'delete') {
    const message = `this build cannot enforce hooks on ${operation}`;
    findings.unsupported(`${path}/operation`, message, 'read');
    return;
  }
  if (effect === 'redact') {
    const message = 'this build has no effect redact; use modify with replace_with';
    findings.unsupported(`${path}/effect`, message, 'modify');
    return;
  }
  const allowed = EFFECTS.get(phase);
  if (allowed !== undefined && effect !== undefined && !allowed.includes(effect)) {
    const message = `effect is ${excerpt(effect)}: ${phase} a read it must be ${allowed.join(', ')}`;
    findings.invalid(`${path}/effect`, message, allowed.join(', '));
  }
  checkReplacement(hook, path, findings);
};

const checkReplacement = (hook: UncheckedFields, path: string, findings: Findings): void => {
  const given = hook['replace_with'] !== undefined;
  const bytes = given ? utf8Bytes(JSON.stringify(hook['replace_with'])) : 0;
  if (bytes > BOUNDS.valueBytes) {
    const message = `replace_with has ${bytes} bytes; at most ${BOUNDS.valueBytes} are allowed, as in any value`;
    findings.invalid(`${path}/replace_with`, message);
  }
  if (hook['effect'] === undefined || (hook['effect'] === 'modify') === given) return;
  findings.invalid(
    `${path}/replace_with`,
    given
      ? `replace_with is given, but the effect is ${excerpt(hook['effect'])}; only modify replaces a value`
      : 'replace_with is missing: modify needs the value that takes the place of the other',
  );
};

type Saying = Pick<NewSource, 'code' | 'effect' | 'describe'>;

/** Shared by all hooks of an effect: a sentence of its own would be one more thing to fetch for each of many hooks. */
const saying = (code: string, effect: RuleEffect, verb: string): Saying => ({
  code,
  effect,
  describe: (key, pattern, hook) => `The key ${key} ${verb}: ${hook} has ${pattern}.`,
});

/** What a read of a matching key meets before it happens. */
const BEFORE = {
  deny: saying('data.denied', 'deny', 'may not be read'),
  log: saying('data.logged', 'log', 'is read on the record'),
  allow: saying('data.allowed', 'allow', 'may be read'),
} as const;
/** What the value of a matching key meets; a value withheld is the strongest way of changing it. */
const AFTER = {
  deny: saying('data.withheld', 'modify', 'is withheld after reading'),
  modify: saying('data.redacted', 'modify', 'is replaced after reading'),
  log: saying('data.logged', 'log', 'is read on the record'),
} as const;

const toMatch = (policy_id: string, hook: HookRule): NewMatch => {
  const { id, phase, pattern, when, effect } = hook;
  const said =
    phase === 'before' ? BEFORE[effect as keyof typeof BEFORE] : AFTER[effect as keyof typeof AFTER];
  return {
    phase,
    speaks: true,
    patterns: [pattern],
    condition: conditionOf(when),
    ...obligationOf(policy_id, hook),
    source: { rule: id, ...said },
  };
};

const obligationOf = (policy_id: string, hook: HookRule): Pick<NewMatch, 'obligation'> => {
  const { id: rule, phase, effect, replace_with } = hook;
  if (effect === 'log') return { obligation: { type: 'log', rule, policy_id } };
  if (phase === 'before') return {};
  return effect === 'deny'
    ? { obligation: { type: 'withhold', phase: 'after', rule, policy_id } }
    : { obligation: { type: 'modify', phase: 'after', rule, policy_id, replace_with } };
};

/** Rules before and after reads of data keys: deny, log, allow; replace, withhold, log (seeds §3). */
export const hooksKind: KindModule = {
  check: (document) =>
    checkShape(HooksDocument, document, ({ rules }, findings) => {
      const seen = new Set<unknown>();
      for (const [index, rule] of itemsOf(rules)) {
        const hook = fieldsOf(rule);
        checkHook(hook, `/rules/${index}`, findings);
        const id = hook['id'];
        if (seen.has(id)) {
          findings.invalid(`/rules/${index}/id`, `id is ${excerpt(id)}: it must be unique in the document`);
        }
        if (id !== undefined) seen.add(id);
      }
    }),
  compile: (live, into) => {
    for (const hook of live.document.rules as readonly HookRule[]) {
      into.match(`data.${hook.operation}`, toMatch(live.policy_id, hook));
    }
  },
};
