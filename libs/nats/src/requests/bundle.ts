/** A token before the last of an inbox address: whoever waits there understands bundles (ADR 9). */
export const BUNDLED = 'edict.';
/** How the payload of a message is cut into its parts; a message without it is one. */
export const BUNDLE_HEADER = 'Edict-Bundle';
/** A bundle is sent when it is this large, whatever else is to come. */
export const BUNDLE_BYTES = 64 * 1024;
export const BUNDLE_PARTS = 256;

/** Where the reply to one request goes, in an inbox that understands bundles. */
export interface BundledInbox {
  /** Everything up to the request's own number. */
  readonly inbox: string;
  readonly number: number;
}

export const bundledAddress = ({ inbox, number }: BundledInbox): string => inbox + number;

/** The inbox of a requester whose own replies come to addresses under a prefix that ends with a dot. */
export const bundledInbox = (prefix: string): string => prefix + BUNDLED;

const ADDRESS = /^(_INBOX\..+\.edict\.)(\d{1,15})$/;
const RANGE = /^(_INBOX\..+\.edict\.)(\d{1,15})-(\d{1,15})$/;

/** Reads an address of {@link bundledAddress}; `undefined` for any other. */
export const readAddress = (reply: string): BundledInbox | undefined => {
  if (!reply.includes(BUNDLED)) return undefined;
  const [, inbox, number] = ADDRESS.exec(reply) ?? [];
  return inbox === undefined ? undefined : { inbox, number: Number(number) };
};

/** Where a bundle of requests says that its replies go: nobody answers there, save the broker when nobody listens. */
export const rangeAddress = (inbox: string, first: number, last: number): string =>
  `${inbox}${first}-${last}`;

/** The numbers of a bundle's requests from what {@link rangeAddress} gave; `undefined` for any other address. */
export const readRange = (reply: string): { inbox: string; first: number; last: number } | undefined => {
  const [, inbox, first, last] = RANGE.exec(reply) ?? [];
  return inbox === undefined ? undefined : { inbox, first: Number(first), last: Number(last) };
};

/** Cuts a payload at sizes that it must consist of exactly; `undefined` when it does not. */
export const cut = (payload: Uint8Array, sizes: readonly number[]): Uint8Array[] | undefined => {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    parts.push(payload.subarray(at, at + size));
    at += size;
  }
  return at === payload.byteLength ? parts : undefined;
};

/** The values that a header of a bundle has for its requests, in order: none when it has no such header. */
export const headerLists = (
  header: (name: string) => string | undefined,
): ((name: string) => readonly string[]) => {
  const lists = new Map<string, readonly string[]>();
  return (name) => {
    let list = lists.get(name);
    if (list === undefined) {
      list = header(name)?.split(LIST_SEPARATOR) ?? [];
      lists.set(name, list);
    }
    return list;
  };
};

/** A header of a bundle: one value per request, none of which may have the separator in it. */
export const headerList = (values: readonly string[]): string => values.join(LIST_SEPARATOR);

const LIST_SEPARATOR = ',';
