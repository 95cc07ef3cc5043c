/** An address with `{parameters}`, from the function that computes it: no address is typed by hand. */
export const addressTemplate = (compute: (parameter: (name: string) => string) => string): string =>
  compute((name) => `${MARK}${name}${MARK}`).replaceAll(MARKED, '{$1}');

/** What is known of each parameter of an address. */
const PARAMETERS: Readonly<Record<string, string>> = {
  workspace:
    'The workspace, encoded: [A-Za-z0-9_-] stay, every other byte of its UTF-8 is =HH in upper-case hex',
  agent: 'The id of the agent that its credentials are bound to, encoded like a workspace',
  participant: 'Whom the notice is for, encoded like a workspace',
  partition: 'A number from 0',
  type: 'The type of the events; its dots separate tokens',
  snapshot: 'Its id, as a commit of the journal names it',
  consumer: 'Who could not handle the message',
};

/** The parameters that an address has. */
export const parametersOf = (address: string): Record<string, { readonly description: string }> =>
  Object.fromEntries(
    [...address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [
      name,
      { description: PARAMETERS[name] ?? '' },
    ]),
  );

/** Survives the encoding of tokens. */
const MARK = '__';
const MARKED = /__([a-z]+)__/g;
