/** Whether a tool is allowed. */
export type Evaluate = (tool: string) => boolean | Promise<boolean>;

/** Has an engine in this process take so many rules. */
export type StartEvaluator = (rules: number) => Promise<Evaluate>;

/** The exact tools of P4: half of them are allowed. */
export const toolRules = (rules: number): { readonly tool: string; readonly allows: boolean }[] =>
  Array.from({ length: rules }, (_, number) => ({
    tool: `${number % 2 === 0 ? 'ok' : 'no'}-${Math.floor(number / 2)}`,
    allows: number % 2 === 0,
  }));
