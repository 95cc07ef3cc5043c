import { BOUNDS, type Rejection } from '@edict/contracts';
import { type CheckedDocument, checkDocument } from '../enforcement/check-document.ts';
import { prepareDocument } from './document-hash.ts';

type Document = Readonly<Record<string, unknown>>;

/** What saving checks of a document by itself: its form, its size, and whether what it says can be enforced. */
export const checkWholeDocument = (value: unknown): CheckedDocument => {
  if (!isDocument(value)) return checkDocument(value);
  const prepared = prepareDocument(value);
  if (!prepared.ok) {
    const { message, path = '' } = prepared.rejection;
    return { ok: false, problems: [{ code: 'POLICY_INVALID', path, message }] };
  }
  const { document, bytes } = prepared.value;
  const tooLarge = sizeProblem(document, bytes);
  return tooLarge === undefined ? checkDocument(document) : { ok: false, problems: tooLarge.problems ?? [] };
};

/** The refusal of a value that is too large to be a document; `undefined` for any other value, sound or not. */
export const tooLargeDocument = (value: unknown): Rejection | undefined => {
  const prepared = isDocument(value) ? prepareDocument(value) : undefined;
  return prepared?.ok ? sizeProblem(prepared.value.document, prepared.value.bytes) : undefined;
};

/** The refusal of a document whose RFC 8785 form has too many bytes. */
export const sizeProblem = ({ kind, mode }: Document, bytes: number): Rejection | undefined => {
  const decides = kind === 'decision' || (kind === undefined && mode !== undefined);
  const most = decides ? BOUNDS.decisionDocumentBytes : BOUNDS.documentBytes;
  if (bytes <= most) return undefined;
  const message = `the document has ${bytes} bytes; a ${decides ? 'decision ' : ''}document may have at most ${most}`;
  const problem = { code: 'PAYLOAD_TOO_LARGE', path: '', message, allowed: `at most ${most} bytes` };
  return { code: 'PAYLOAD_TOO_LARGE', message, path: '/document', problems: [problem] };
};

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
