/** How what the broker keeps differs from what is wanted, field by field, in words. */
export function* mismatches(found: object, wanted: object): Generator<string> {
  const actuals = found as Readonly<Record<string, unknown>>;
  for (const [field, value] of Object.entries(wanted)) {
    // The broker leaves out of its answer what is off.
    const actual = actuals[field] ?? (value === false ? false : undefined);
    if (JSON.stringify(actual) !== JSON.stringify(value)) {
      yield `${field} is ${JSON.stringify(actual) ?? 'not there'}, it must be ${JSON.stringify(value)}`;
    }
  }
}
