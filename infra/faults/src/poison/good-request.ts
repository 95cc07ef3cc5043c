/** What the policies of the run let through, and something that they do not speak about. */
export const ALLOWED_TOOL = 'pay.ok';
export const UNHEARD_TOOL = 'vault.open';

export const goodRequest = (id: string) => ({
  request_id: id,
  subject: { type: 'agent', id: 'good' },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: ALLOWED_TOOL },
  context: { cost: 1 },
});
