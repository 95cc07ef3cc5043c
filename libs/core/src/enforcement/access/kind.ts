import { AccessDocument, type AccessRule, excerpt, pointer } from '@edict/contracts';
import { checkShape } from '../check-shape.ts';
import type { KindModule } from '../kind-module.ts';
import type { RuleSource, Test } from '../rules/rule.ts';
import { fieldsOf } from '../unchecked-fields.ts';

const LISTS = ['labels', 'input_labels', 'output_labels'] as const;

const asSet = (list: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  list === undefined ? undefined : new Set(list);

/** The first label that a list does not have, as a sentence. */
const findRefused = (
  principal: string,
  list: string,
  allowed: ReadonlySet<string> | undefined,
  labels: readonly string[],
): string | undefined => {
  const refused = allowed === undefined ? undefined : labels.find((label) => !allowed.has(label));
  return refused === undefined
    ? undefined
    : `${principal} may not handle the label ${excerpt(refused)}: it is not in ${list}.`;
};

/** Labels without a direction must pass every list there is. */
const compileRule = ({ labels: both, input_labels, output_labels }: AccessRule): Test['find'] => {
  const any = asSet(both);
  const input = asSet(input_labels);
  const output = asSet(output_labels);
  return (view) => {
    const labels = view.labels();
    if (typeof labels === 'string') return labels;
    const principal = view.request.subject.id;
    return (
      findRefused(principal, 'labels', any, labels.all) ??
      findRefused(principal, 'input_labels', input, labels.input) ??
      findRefused(principal, 'output_labels', output, labels.output)
    );
  };
};

const describe: RuleSource['describe'] = (_value, _pattern, principal) =>
  `${principal} may not handle the labels of the resource.`;

/** Which labels a principal may handle. It never speaks by itself; principals without a rule stay open (seeds §4, LO-09). */
export const accessKind: KindModule = {
  check: (document) =>
    checkShape(AccessDocument, document, (unchecked, findings) => {
      const rules = fieldsOf(unchecked['rules']);
      // The schema passes over this key in silence, and compiling would not.
      if (Object.hasOwn(rules, '__proto__')) {
        findings.invalid('/rules/__proto__', 'the key __proto__ is not allowed');
      }
      for (const [principal, rule] of Object.entries(rules)) {
        for (const list of LISTS) {
          const labels = fieldsOf(rule)[list];
          if (!Array.isArray(labels) || labels.length > 0) continue;
          const path = pointer(['rules', principal, list]);
          findings.warn('EMPTY_LIST', path, `${list} of ${principal} is empty, so it allows no label at all`);
        }
      }
    }),
  compile: (live, into) => {
    // Principals with equal lists share what looks through them, so that it is near at hand when the next of them asks.
    const known = new Map<string, Test>();
    for (const [principal, rule] of Object.entries(live.document.rules as Record<string, AccessRule>)) {
      const key = JSON.stringify(LISTS.map((list) => rule[list]));
      const test = known.get(key) ?? { key, find: compileRule(rule) };
      known.set(key, test);
      into.checkSubject(principal, { rule: principal, code: 'access.label', effect: 'deny', describe }, test);
    }
  },
};
