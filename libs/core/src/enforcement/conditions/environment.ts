import { Environment } from '@marcbachmann/cel-js';
import { readTimestamp } from './timestamp.ts';

/** Bounds of a condition. What is larger belongs into several rules. */
export const CONDITION_BOUNDS = {
  length: 2048,
  nodes: 500,
  depth: 32,
  listElements: 256,
} as const;

const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/**
 * Functions whose time follows from the size of their input and whose result is the same on every machine.
 * Not here: `matches` (backtracks), time zones and `getDayOfYear` (the machine's own), `split`, `bind` (grow what they are given).
 */
const FUNCTIONS = new Set([
  'has',
  'size',
  'type',
  'dyn',
  'bool',
  'int',
  'uint',
  'double',
  'string',
  'timestamp',
  'duration',
  'startsWith',
  'endsWith',
  'contains',
  'lowerAscii',
  'upperAscii',
  'trim',
  'indexOf',
  'lastIndexOf',
  'substring',
  ...MACROS,
]);
const TIME_PARTS = new Set([
  'getDate',
  'getDayOfMonth',
  'getDayOfWeek',
  'getFullYear',
  'getHours',
  'getMilliseconds',
  'getMinutes',
  'getMonth',
  'getSeconds',
]);

/** Takes the place of `timestamp`, which reads a text without an offset in the machine's own time zone. */
export const STRICT_TIMESTAMP = 'strictTimestamp';

export const isMacro = (name: string): boolean => MACROS.has(name);

/** Whether a call is one that conditions may make; `args` does not count the receiver. */
export const isAllowedCall = (name: string, args: number): boolean =>
  FUNCTIONS.has(name) || (TIME_PARTS.has(name) && args === 0);

const createEnvironment = (): Environment => {
  const environment = new Environment({
    homogeneousAggregateLiterals: false,
    limits: {
      maxAstNodes: CONDITION_BOUNDS.nodes,
      maxDepth: CONDITION_BOUNDS.depth,
      maxListElements: CONDITION_BOUNDS.listElements,
      maxMapEntries: CONDITION_BOUNDS.listElements,
    },
  });
  for (const name of ['subject', 'action', 'resource', 'context']) environment.registerVariable(name, 'map');
  environment.registerVariable('now', 'google.protobuf.Timestamp');
  mixNumbers(environment);
  for (const type of ['string', 'int', 'double']) {
    environment.registerFunction(`${STRICT_TIMESTAMP}(${type}): google.protobuf.Timestamp`, readTimestamp);
  }
  return environment;
};

/** JSON numbers arrive as doubles while CEL reads `1` as an int, so `context.n + 1` needs both to mix. */
const mixNumbers = (environment: Environment): void => {
  const operators: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [operator, apply] of Object.entries(operators)) {
    environment.registerOperator(`double ${operator} int: double`, (a: number, b: bigint) =>
      apply(a, Number(b)),
    );
    environment.registerOperator(`int ${operator} double: double`, (a: bigint, b: number) =>
      apply(Number(a), b),
    );
  }
};

export const environment = createEnvironment();
