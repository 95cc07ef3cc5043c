import { Fault } from '@edict/contracts';
import { type Condition, compileCondition } from './compile-condition.ts';

/** The condition of a rule whose document was checked; a text that does not compile is a bug, not a refusal. */
export const conditionOf = (text: string | undefined): Condition | undefined => {
  if (text === undefined) return undefined;
  const compiled = compileCondition(text);
  if (!compiled.ok) throw new Fault('POLICY_INVALID', `an unchecked condition: ${compiled.message}`);
  return compiled.condition;
};
