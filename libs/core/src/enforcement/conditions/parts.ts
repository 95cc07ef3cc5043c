import type { ASTNode } from '@marcbachmann/cel-js';

/** The parts that an expression directly consists of, in the order of its text. */
export const partsOf = (node: ASTNode): readonly ASTNode[] => nodesIn(node.args);

const nodesIn = (value: unknown): readonly ASTNode[] => {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return isNode(value) ? [value] : [];
};

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value;
