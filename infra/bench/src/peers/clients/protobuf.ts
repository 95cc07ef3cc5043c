/** Fields of a message in the order in which they are given. */
export const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);

export const textField = (number: number, text: string): Buffer => bytesField(number, Buffer.from(text));

export const bytesField = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);

export const integerField = (number: number, value: number): Buffer =>
  Buffer.concat([varint(number << 3), varint(value)]);

export const doubleField = (number: number, value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint((number << 3) | 1), bytes]);
};

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
};
