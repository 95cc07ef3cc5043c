import { excerpt } from '@edict/contracts';

/** The labels that a resource carries, each once, by the list that they have to pass. */
export interface ResourceLabels {
  readonly all: readonly string[];
  readonly input: readonly string[];
  readonly output: readonly string[];
}

const NONE: readonly string[] = [];
const UNLABELLED: ResourceLabels = { all: NONE, input: NONE, output: NONE };

/**
 * Reads `resource.properties.labels`: a label, a list of labels, or an object of those whose `input` and `output`
 * have a direction. Absent means no labels; a sentence says that it is something else.
 */
export const readLabels = (labels: unknown): ResourceLabels | string => {
  if (labels === undefined) return UNLABELLED;
  const flat = readList(labels);
  if (flat !== undefined) return toLabels(flat, NONE, NONE);
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return malformed(labels);
  let input = NONE;
  let output = NONE;
  const both: string[] = [];
  for (const [key, value] of Object.entries(labels)) {
    const list = readList(value);
    if (list === undefined) return malformed(labels);
    if (key === 'input') input = list;
    else if (key === 'output') output = list;
    else for (const label of list) both.push(label);
  }
  return toLabels(both, input, output);
};

const readList = (value: unknown): readonly string[] | undefined => {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((label) => typeof label === 'string') ? value : undefined;
};

const toLabels = (
  both: readonly string[],
  input: readonly string[],
  output: readonly string[],
): ResourceLabels => {
  const undirected = eachOnce(both);
  const inputs = withMore(undirected, input);
  return { all: withMore(inputs, output), input: inputs, output: withMore(undirected, output) };
};

const withMore = (labels: readonly string[], more: readonly string[]): readonly string[] =>
  more.length === 0 ? labels : eachOnce([...labels, ...more]);

/** Without repeats, comparing with a list ends after as many labels as the list has, and one. */
const eachOnce = (labels: readonly string[]): readonly string[] =>
  labels.length < 2 ? labels : [...new Set(labels)];

const malformed = (labels: unknown): string =>
  `resource.properties.labels is ${excerpt(labels)}: it must be a label, a list of labels, or an object of those.`;
