/** Labels of a resource by what they are about; those without a direction are under `both`. */
export interface ResourceLabels {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly both: readonly string[];
}

const NONE: readonly string[] = [];

/**
 * Reads `resource.properties.labels`: a label, a list of labels, or an object of those whose `input` and `output`
 * have a direction. Absent means no labels; `undefined` means that it is something else.
 */
export const readLabels = (labels: unknown): ResourceLabels | undefined => {
  if (labels === undefined) return { input: NONE, output: NONE, both: NONE };
  const flat = readList(labels);
  if (flat !== undefined) return { input: NONE, output: NONE, both: flat };
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return undefined;
  const result = { input: NONE, output: NONE, both: NONE };
  for (const [key, value] of Object.entries(labels)) {
    const list = readList(value);
    if (list === undefined) return undefined;
    if (key === 'input' || key === 'output') result[key] = list;
    else result.both = [...result.both, ...list];
  }
  return result;
};

const readList = (value: unknown): readonly string[] | undefined => {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((label) => typeof label === 'string') ? value : undefined;
};
