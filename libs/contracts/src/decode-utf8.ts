interface Decoder {
  decode(bytes: Uint8Array): string;
}

/** Every JavaScript runtime has it; the ES library types, which are all that this ring sees, do not name it. */
const { TextDecoder } = globalThis as unknown as {
  readonly TextDecoder: new (encoding: 'utf-8', options: { readonly fatal: boolean }) => Decoder;
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The text of UTF-8 bytes; `undefined` when they are not UTF-8. */
export const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};
