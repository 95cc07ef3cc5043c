import type { ASTNode } from '@marcbachmann/cel-js';
import type { RequestView } from '../request-view.ts';
import { CONDITION_BOUNDS, environment, isAllowedCall, isMacro, STRICT_TIMESTAMP } from './environment.ts';
import { meter, runMetered } from './meter.ts';
import { partsOf } from './parts.ts';

/** What became of a condition. An `error` holds on a rule that restricts and fails on one that allows. */
export type ConditionResult = 'holds' | 'fails' | 'error';

/** A condition that was checked: it never throws. */
export type Condition = (view: RequestView) => ConditionResult;

export type CompiledCondition =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly code: 'POLICY_INVALID' | 'UNSUPPORTED'; readonly message: string };

const invalid = (message: string): CompiledCondition => ({ ok: false, code: 'POLICY_INVALID', message });

/** Reads a CEL expression; the refusal says what is wrong with it as one sentence. */
export const compileCondition = (text: string): CompiledCondition => {
  if (text.length > CONDITION_BOUNDS.length) {
    return invalid(
      `the condition has ${text.length} characters; at most ${CONDITION_BOUNDS.length} are allowed`,
    );
  }
  let run: ReturnType<typeof environment.parse>;
  try {
    run = environment.parse(text);
  } catch (error) {
    return invalid(`the condition is not CEL: ${summaryOf(error)}`);
  }
  const refusal = refusalOf(run.ast);
  if (refusal !== undefined) return { ok: false, code: 'UNSUPPORTED', message: refusal };
  const checked = run.check();
  if (!checked.valid) return invalid(`the condition does not fit together: ${summaryOf(checked.error)}`);
  if (checked.type !== 'bool' && checked.type !== 'dyn') {
    return invalid(`the condition gives a value of type ${checked.type}; it must give true or false`);
  }
  meter(run.ast);
  return { ok: true, condition: guard(run) };
};

const guard =
  (run: (bindings: Record<string, unknown>) => unknown): Condition =>
  (view) => {
    try {
      const result = runMetered(run, view.bindings());
      if (typeof result !== 'boolean') return 'error';
      return result ? 'holds' : 'fails';
    } catch {
      return 'error';
    }
  };

interface Traits {
  /** How many `map` were met so far. */
  maps: number;
  refusal: string | undefined;
}

/** Why an expression cannot be enforced, if so. Puts the strict function in the place of `timestamp`. */
const refusalOf = (node: ASTNode): string | undefined => {
  const traits: Traits = { maps: 0, refusal: undefined };
  inspect(node, 0, traits);
  return traits.refusal;
};

/** Looks at every call of an expression, with the number of macros around it. */
const inspect = (node: ASTNode, walks: number, traits: Traits): void => {
  if (node.op === 'rcall' && isMacro(node.args[0])) {
    inspectMacro(node.args, walks, traits);
    return;
  }
  if (node.op === 'call' || node.op === 'rcall') inspectCall(node, traits);
  for (const part of partsOf(node)) inspect(part, walks, traits);
};

const inspectMacro = (
  [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
  walks: number,
  traits: Traits,
): void => {
  const before = traits.maps;
  inspect(receiver, walks, traits);
  if (walks > 0) traits.refusal ??= `conditions cannot call ${name} inside another macro`;
  if (traits.maps > before) traits.refusal ??= `conditions cannot call ${name} on what map gives`;
  if (name === 'map') traits.maps += 1;
  for (const arg of args) inspect(arg, walks + 1, traits);
};

const inspectCall = (node: Extract<ASTNode, { op: 'call' | 'rcall' }>, traits: Traits): void => {
  const name = node.args[0];
  const count = (node.op === 'call' ? node.args[1] : node.args[2]).length;
  if (!isAllowedCall(name, count)) {
    traits.refusal ??= `conditions cannot call ${name} with ${count} ${count === 1 ? 'argument' : 'arguments'}`;
  }
  if (node.op === 'call' && name === 'timestamp') node.args[0] = STRICT_TIMESTAMP;
};

const summaryOf = (error: unknown): string => {
  const { summary, message } = error as { summary?: string; message?: string };
  return (summary ?? message ?? 'it cannot be read').split('\n')[0] ?? '';
};
