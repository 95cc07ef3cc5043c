import type { ASTNode } from '@marcbachmann/cel-js';
import type { RequestView } from '../request-view.ts';
import { CONDITION_BOUNDS, environment, isAllowedCall, isMacro, STRICT_TIMESTAMP } from './environment.ts';

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
  const traits: Traits = { macros: false, refusal: undefined };
  inspect(run.ast, 0, traits);
  if (traits.refusal !== undefined) return { ok: false, code: 'UNSUPPORTED', message: traits.refusal };
  const checked = run.check();
  if (!checked.valid) return invalid(`the condition does not fit together: ${summaryOf(checked.error)}`);
  if (checked.type !== 'bool' && checked.type !== 'dyn') {
    return invalid(`the condition gives a value of type ${checked.type}; it must give true or false`);
  }
  return { ok: true, condition: guard(run, traits.macros) };
};

const guard =
  (run: (bindings: Record<string, unknown>) => unknown, walks: boolean): Condition =>
  (view) => {
    if (walks && view.widest() > CONDITION_BOUNDS.walkedElements) return 'error';
    try {
      const result = run(view.bindings());
      if (typeof result !== 'boolean') return 'error';
      return result ? 'holds' : 'fails';
    } catch {
      return 'error';
    }
  };

interface Traits {
  macros: boolean;
  refusal: string | undefined;
}

/** Looks at every call of an expression, with the number of macros around it, and puts the strict one for `timestamp`. */
const inspect = (node: ASTNode, walks: number, traits: Traits): void => {
  if (node.op === 'call') {
    const [name, args] = node.args;
    inspectCall(name, args.length, walks, traits);
    if (name === 'timestamp') node.args[0] = STRICT_TIMESTAMP;
    for (const arg of args) inspect(arg, walks, traits);
  } else if (node.op === 'rcall') {
    const [name, receiver, args] = node.args;
    inspectCall(name, args.length, walks, traits);
    inspect(receiver, walks, traits);
    for (const arg of args) inspect(arg, isMacro(name) ? walks + 1 : walks, traits);
  } else {
    inspectParts(node.args, walks, traits);
  }
};

const inspectParts = (parts: unknown, walks: number, traits: Traits): void => {
  if (Array.isArray(parts)) for (const part of parts) inspectParts(part, walks, traits);
  else if (isNode(parts)) inspect(parts, walks, traits);
};

const inspectCall = (name: string, args: number, walks: number, traits: Traits): void => {
  if (!isAllowedCall(name, args)) {
    traits.refusal ??= `conditions cannot call ${name} with ${args} ${args === 1 ? 'argument' : 'arguments'}`;
  } else if (isMacro(name)) {
    traits.macros = true;
    if (walks > 0) traits.refusal ??= `conditions cannot call ${name} inside another macro`;
  }
};

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value;

const summaryOf = (error: unknown): string => {
  const { summary, message } = error as { summary?: string; message?: string };
  return (summary ?? message ?? 'it cannot be read').split('\n')[0] ?? '';
};
