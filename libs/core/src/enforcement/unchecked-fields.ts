/** The fields of a JSON object that nobody has checked yet. */
export type UncheckedFields = Readonly<Record<string, unknown>>;

const NONE: UncheckedFields = {};

/** The fields of a value; none when it is not an object. */
export const fieldsOf = (value: unknown): UncheckedFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as UncheckedFields) : NONE;

/** The items of a value with their places; none when it is not a list. */
export const itemsOf = (value: unknown): readonly (readonly [number, unknown])[] =>
  Array.isArray(value) ? [...value.entries()] : [];
