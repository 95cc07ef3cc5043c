import { Fault } from '@edict/contracts';
import { type Condition, compileCondition } from './compile-condition.ts';

/** Far more than the conditions of one deployment; what comes after begins anew. */
const KEPT = 4_096;
const conditions = new Map<string, Condition>();

/**
 * The condition of a rule whose document was checked; a text that does not compile is a bug, not a refusal. Rules that
 * ask the same share one condition: it is compiled once, and near at hand when the next of them asks.
 */
export const conditionOf = (text: string | undefined): Condition | undefined => {
  if (text === undefined) return undefined;
  const known = conditions.get(text);
  if (known !== undefined) return known;
  const compiled = compileCondition(text);
  if (!compiled.ok) throw new Fault('POLICY_INVALID', `an unchecked condition: ${compiled.message}`);
  if (conditions.size >= KEPT) conditions.clear();
  conditions.set(text, compiled.condition);
  return compiled.condition;
};
