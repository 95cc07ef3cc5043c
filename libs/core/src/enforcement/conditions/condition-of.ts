import { type Condition, compileCondition } from './compile-condition.ts';

/** Far more than the conditions of one deployment; what comes after begins anew. */
const SHARED = 4_096;
const conditions = new Map<string, Condition>();

/**
 * The condition of a rule, compiled when it is first asked. Rules that ask the same share one condition: it is near at
 * hand when the next of them asks.
 */
export const conditionOf = (text: string | undefined): Condition | undefined => {
  if (text === undefined) return undefined;
  const known = conditions.get(text);
  if (known !== undefined) return known;
  if (conditions.size >= SHARED) conditions.clear();
  const condition = whenAsked(text);
  conditions.set(text, condition);
  return condition;
};

interface Compiled {
  condition: Condition | undefined;
}

/** Of three kilobytes each. One that was compiled this many others ago is compiled again when it is asked. */
const KEPT = 16_384;
const kept: Compiled[] = [];
let oldest = 0;

const whenAsked = (text: string): Condition => {
  const compiled: Compiled = { condition: undefined };
  return (view) => {
    compiled.condition ??= compileInto(compiled, text);
    return compiled.condition(view);
  };
};

const compileInto = (compiled: Compiled, text: string): Condition => {
  const dropped = kept[oldest];
  if (dropped !== undefined) dropped.condition = undefined;
  kept[oldest] = compiled;
  oldest = (oldest + 1) % KEPT;
  return compile(text);
};

/** What an earlier build has let be saved, and this one cannot enforce, is an error whenever it is asked. */
const compile = (text: string): Condition => {
  const compiled = compileCondition(text);
  return compiled.ok ? compiled.condition : () => 'error';
};
