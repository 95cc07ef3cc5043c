import { parseJsonText, problemsOf, SignalFixture } from '@edict/contracts';

export type ParsedFixture =
  | { readonly ok: true; readonly fixture: SignalFixture }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a fixture from its JSON text. What is wrong with the format is told, never thrown. */
export const parseFixture = (text: string): ParsedFixture => {
  const parsed = parseJsonText(text);
  if (!parsed.ok) return { ok: false, problems: [parsed.rejection.message] };
  const value = withoutComments(parsed.value);
  const result = SignalFixture.safeParse(value);
  if (result.success) return { ok: true, fixture: result.data };
  const problems = problemsOf(result.error, value, 'BAD_REQUEST').map(
    ({ path, message }) => `${path}: ${message}`,
  );
  return { ok: false, problems };
};

/** Comments are legal on the fixture and on its messages; what a payload or a policy holds is theirs. */
const withoutComments = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fixture = dropComments(value);
  const { messages } = fixture as { readonly messages?: unknown };
  if (!Array.isArray(messages)) return fixture;
  return {
    ...fixture,
    messages: messages.map((message) =>
      typeof message === 'object' && message !== null ? dropComments(message) : message,
    ),
  };
};

const dropComments = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('_')));
