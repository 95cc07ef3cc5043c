import fc from 'fast-check';

/** The parts of JSON Schema that the published schemas use. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Text that other programs have stumbled over. */
const ODD_TEXTS = [
  '',
  '\u0000',
  '\ud800',
  '\udc00x',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '*',
  '>',
  '..',
  '../../etc/passwd',
  'x'.repeat(257),
  'é'.repeat(129),
  '\u202e',
  '\r\nNats-Msg-Id: x',
  '{{7*7}}',
  '1e999',
  '(a+)+$',
];
const ODD_NUMBERS = [
  -1,
  -0,
  0.1,
  1e-7,
  1e21,
  2 ** 53,
  -(2 ** 63),
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  1e9 + 1,
];

const oddText = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary', maxLength: 40 }));
const oddNumber = fc.oneof(
  fc.constantFrom(...ODD_NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** An object that has even `__proto__` as a key of its own. */
const objectOf = (entries: readonly (readonly [string, unknown])[]): unknown => {
  const object: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
};

/** Any JSON, with keys and texts of the odd kind. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    oddText,
    oddNumber,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(oddText, tie('value')), { maxLength: 4 }).map(objectOf),
  ),
})).value;

/** JSON that is almost what a schema says: fields are missing, of another type, odd, or more than there should be. */
export const nearSchema = (schema: Schema): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: ofSchema(schema) }, { weight: 1, arbitrary: anyJson });

const ofSchema = (schema: Schema): fc.Arbitrary<unknown> => {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(nearSchema));
  switch (schema.type) {
    case 'object':
      return objectNear(schema.properties ?? {});
    case 'array':
      return fc.array(nearSchema(schema.items ?? {}), { maxLength: 4 });
    case 'string':
      return fc.oneof(fc.string({ maxLength: 12 }), oddText);
    case 'integer':
    case 'number':
      return fc.oneof(fc.nat({ max: 1_000 }), oddNumber);
    case 'boolean':
      return fc.boolean();
    default:
      return anyJson;
  }
};

const MISSING = Symbol('missing');

const objectNear = (properties: Readonly<Record<string, Schema>>): fc.Arbitrary<unknown> => {
  const fields = Object.entries(properties).map(([name, schema]) =>
    fc.option(nearSchema(schema), { freq: 8, nil: MISSING }).map((value) => [name, value] as const),
  );
  const more = fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.tuple(oddText, anyJson), { maxLength: 2 }) },
  );
  return fc
    .tuple(fc.tuple(...fields), more)
    .map(([known, extra]) => objectOf([...known.filter(([, value]) => value !== MISSING), ...extra]));
};
