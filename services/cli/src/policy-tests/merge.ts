/** An object with the fields of another laid over it, objects in objects too; anything else is replaced whole. */
export const mergeOver = (under: unknown, over: unknown): unknown => {
  if (over === undefined) return under;
  if (!isObject(under) || !isObject(over)) return over;
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) merged[key] = mergeOver(merged[key], value);
  return merged;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
