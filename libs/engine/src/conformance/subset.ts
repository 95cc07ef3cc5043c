/**
 * Where a value lacks what is expected of it, by path; nothing when it holds all of it. Objects may have more
 * fields and arrays more elements than expected; arrays are compared element by element.
 */
export const missingFrom = (expected: unknown, actual: unknown, path = ''): string[] => {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [differs(path, expected, actual)];
    return expected.flatMap((item, i) => missingFrom(item, actual[i], `${path}/${i}`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null) return [differs(path, expected, actual)];
    return Object.entries(expected).flatMap(([key, value]) =>
      missingFrom(value, Object.hasOwn(actual, key) ? actual[key as never] : undefined, `${path}/${key}`),
    );
  }
  return Object.is(expected, actual) ? [] : [differs(path, expected, actual)];
};

const differs = (path: string, expected: unknown, actual: unknown): string =>
  `${path}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual) ?? 'nothing'}`;
