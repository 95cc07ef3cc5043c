import { Fault } from '@edict/contracts';
import type { ASTNode } from '@marcbachmann/cel-js';
import { isMacro } from './environment.ts';
import { partsOf } from './parts.ts';

/** What one evaluation may take, in steps of about ten nanoseconds: a millisecond at the worst. */
const MOST_STEPS = 100_000;

const OPERATION = 1;
/** Per part of a macro's body, for every element that it walks. */
const PART = 2;
const ELEMENT = 2;
const KEY = 20;
/** Making and catching an error that another part of the condition outweighs. */
const FAILURE = 2_000;

/** What the evaluator keeps at a part of a checked expression, which its types leave out. */
interface Part {
  readonly op: string;
  readonly args: unknown;
  readonly meta: { readonly alternate?: Part };
  handle?: Handle;
  left?: Runnable;
}
type Handle = (first: unknown, second: unknown, third: unknown, fourth: unknown) => unknown;
interface Runnable {
  evaluate(evaluator: unknown, part: unknown, context: unknown): unknown;
}
/** What a macro is evaluated as. */
interface Loop {
  step: Runnable;
  readonly iterCtx: { setIterValue(value: unknown, evaluator: unknown): unknown };
}

/** Made once: an evaluation that has spent everything may meet it often before it ends. */
const SPENT = new Error('the condition takes too many steps');
/** Evaluations are synchronous and never within one another, so there is one account. */
let left = 0;

/** Runs a metered expression; throws when it fails, and when it took more than {@link MOST_STEPS}. */
export const runMetered = <I>(run: (input: I) => unknown, input: I): unknown => {
  left = MOST_STEPS;
  const result = run(input);
  if (left < 0) throw SPENT;
  return result;
};

const spend = (steps: number): void => {
  left -= steps;
  if (left < 0) throw SPENT;
};

/** Charges for a value that is read to its end. A value that holds a part twice is charged for it twice. */
const charge = (value: unknown): void => {
  if (typeof value === 'string') spend(value.length >> 2);
  else if (typeof value === 'object' && value !== null) chargeParts(value);
};

const chargeParts = (value: object): void => {
  if (Array.isArray(value)) {
    spend(ELEMENT * value.length);
    for (const element of value) charge(element);
  } else if (ArrayBuffer.isView(value)) {
    spend(value.byteLength);
  } else {
    const keys = Object.keys(value);
    spend(KEY * keys.length);
    for (const key of keys) {
      charge(key);
      charge((value as Readonly<Record<string, unknown>>)[key]);
    }
  }
};

type Price = (given: readonly unknown[]) => number;
/** V8 searches in one pass for up to 250 characters; a longer text may be compared anew at each place of the other. */
const search: Price = ([text, sought]) =>
  lengthOf(sought) > 250 ? Math.ceil((lengthOf(text) * lengthOf(sought)) / 4) : lengthOf(text) >> 1;
/** What functions take beyond reading what they are given. */
const SLOW: ReadonlyMap<unknown, Price> = new Map([
  ['contains', search],
  ['indexOf', search],
  ['lastIndexOf', search],
  ['size', ([text]) => lengthOf(text)],
  // Its regular expression tries every way to divide the digits, from every digit on.
  ['duration', ([text]) => Math.ceil(lengthOf(text) ** 3 / 16)],
]);
const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);

const BINARY = new Set(['==', '!=', 'in', '+', '-', '*', '/', '%', '<', '<=', '>', '>=']);

/**
 * Has every part of a checked expression pay for what it is given before it works on it, so that nothing is read, made
 * or repeated beyond {@link MOST_STEPS}. Gives the number of parts.
 */
export const meter = (node: ASTNode): number => {
  const part = node as unknown as Part;
  if (node.op === 'call' && node.args[0] === 'has') return 1;
  if (node.op === 'rcall' && isMacro(node.args[0])) return meterMacro(part, node.args[1], node.args[2]);
  const parts = partsOf(node).reduce((sum, inner) => sum + meter(inner), 1);
  if (node.op === 'call' || node.op === 'rcall') payForCall(part, SLOW.get(node.args[0]));
  else if (BINARY.has(node.op)) payForBoth(part);
  else if (node.op === '||' || node.op === '&&') part.left = payForFailure(part.left);
  return parts;
};

const meterMacro = ({ meta: { alternate } }: Part, receiver: ASTNode, args: readonly ASTNode[]): number => {
  const walked = meter(receiver);
  const body = args.reduce((sum, inner) => sum + meter(inner), 0);
  if (alternate === undefined) throw unmetered();
  payForCall(alternate, undefined);
  const loop = alternate.args as Loop;
  loop.step = payForFailure(loop.step);
  const next = loop.iterCtx.setIterValue;
  // Not within the step: what fails there may be outweighed by the next element, and the walk would go on.
  loop.iterCtx.setIterValue = function (value, evaluator) {
    spend(PART * body);
    return next.call(this, value, evaluator);
  };
  return walked + body + 1;
};

const payForBoth = (part: Part): void => {
  const handle = handleOf(part);
  part.handle = (left, right, third, fourth) => {
    spend(OPERATION);
    charge(left);
    charge(right);
    return handle(left, right, third, fourth);
  };
};

const payForCall = (part: Part, more: Price | undefined): void => {
  const handle = handleOf(part);
  part.handle = (given, second, third, fourth) => {
    spend(OPERATION);
    charge(given);
    if (more !== undefined) spend(more(given as readonly unknown[]));
    return handle(given, second, third, fourth);
  };
};

/** For the places where an error does not end the evaluation. */
const payForFailure = (runnable: Runnable | undefined): Runnable => {
  if (runnable === undefined) throw unmetered();
  return {
    evaluate: (evaluator, _, context) => {
      try {
        return runnable.evaluate(evaluator, runnable, context);
      } catch (error) {
        spend(FAILURE);
        throw error;
      }
    },
  };
};

const handleOf = ({ handle }: Part): Handle => {
  if (handle === undefined) throw unmetered();
  return handle;
};

/** Only another release of the evaluator brings this about. */
const unmetered = (): Fault => new Fault('INTERNAL_ERROR', 'a part of a condition cannot be metered');
