import type { JournalEvent } from '@edict/contracts';
import type { Decider, SpeculativeState } from '../decider.ts';

/** A small decider for tests of hosts: amounts per name up to a limit, that can run out. */
export type TallyCommand =
  | {
      readonly type: 'add';
      readonly name: string;
      readonly amount: number;
      readonly id?: string;
      readonly until?: number;
    }
  | { readonly type: 'clear'; readonly name: string }
  | { readonly type: 'look'; readonly name: string }
  | { readonly type: 'fail'; readonly where: 'decide' | 'evolve' };

export interface TallyEvent extends JournalEvent {
  readonly type: 'added' | 'cleared' | 'failing';
  readonly data: {
    readonly name: string;
    readonly amount: number;
    readonly id?: string;
    readonly until?: number;
  };
}

export interface TallyState extends SpeculativeState {
  readonly totals: Map<string, number>;
  readonly until: Map<string, number>;
  /** Amounts with an id and an end are held open until they are cleared: id to name and place. */
  readonly held: Map<string, { readonly name: string; readonly revision: number; readonly index: number }>;
}

export const TALLY_LIMIT = 10;

const createTallyState = (): TallyState => {
  const state: Pick<TallyState, 'totals' | 'until' | 'held'> = {
    totals: new Map(),
    until: new Map(),
    held: new Map(),
  };
  const copies = () => [new Map(state.totals), new Map(state.until), new Map(state.held)] as const;
  let kept: ReturnType<typeof copies> | undefined;
  const refill = <V>(map: Map<string, V>, copy: Map<string, V>): void => {
    map.clear();
    for (const [name, value] of copy) map.set(name, value);
  };
  return {
    ...state,
    mark: () => {
      kept = copies();
    },
    rollback: () => {
      if (kept === undefined) return;
      refill(state.totals, kept[0]);
      refill(state.until, kept[1]);
      refill(state.held, kept[2]);
      kept = undefined;
    },
    release: () => {
      kept = undefined;
    },
  };
};

/** Facts are a number that is added to every amount: enough to see that they are gathered and stored. */
export const tallyDecider: Decider<TallyCommand, TallyEvent, TallyState, { readonly extra: number }> = {
  semantics: 1,
  initialState: createTallyState,
  decide: ({ command, facts }, { totals }) => {
    switch (command.type) {
      case 'look':
        return { ok: true, events: [], answer: totals.get(command.name) ?? 0 };
      case 'clear':
        return {
          ok: true,
          events: [{ type: 'cleared', data: { name: command.name, amount: totals.get(command.name) ?? 0 } }],
        };
      case 'fail':
        if (command.where === 'decide') throw new Error('a bug in decide');
        return { ok: true, events: [{ type: 'failing', data: { name: 'x', amount: 0 } }] };
      case 'add': {
        const { type: _, amount, ...rest } = command;
        const total = (totals.get(command.name) ?? 0) + amount + facts.extra;
        if (total > TALLY_LIMIT) {
          return {
            ok: false,
            rejection: { code: 'POLICY_DENIED', message: `${total} is over ${TALLY_LIMIT}` },
          };
        }
        return { ok: true, events: [{ type: 'added', data: { ...rest, amount: amount + facts.extra } }] };
      }
    }
  },
  evolve: ({ totals, until, held }, { type, data }, { revision, index }) => {
    if (type === 'failing') throw new Error('a bug in evolve');
    totals.set(data.name, type === 'cleared' ? 0 : (totals.get(data.name) ?? 0) + data.amount);
    if (data.until !== undefined) until.set(data.name, data.until);
    if (data.until !== undefined && data.id !== undefined)
      held.set(data.id, { name: data.name, revision, index });
    if (type !== 'cleared') return;
    until.delete(data.name);
    for (const [id, { name }] of held) if (name === data.name) held.delete(id);
  },
  key: (command) => (command.type === 'add' ? command.id : undefined),
  about: ({ data }) => (data.id === undefined ? [] : [{ key: data.id, answers: true }]),
  flow: (command) => command.type,
  reply: ({ dataText, receipt }) => `${dataText.slice(0, -1)},"receipt":${JSON.stringify(receipt)}}`,
  repeats: (command, { event }) =>
    command.type === 'add' && command.name === event.data.name
      ? undefined
      : { code: 'REQUEST_ID_REUSED', message: 'another command was sent under this id' },
  pinned: ({ held }, key) => held.get(key),
  capture: ({ totals, until, held }) => [[[...totals], [...until], [...held]]],
  reach: ([, , held]: [unknown, unknown, [string, { readonly revision: number }][]]) =>
    held.length === 0 ? undefined : Math.min(...held.map(([, { revision }]) => revision)),
  restore: () => {
    const state = createTallyState();
    return {
      add: ([totals, until, held]: [[string, number][], [string, number][], [string, never][]]) => {
        for (const [name, total] of totals) state.totals.set(name, total);
        for (const [name, at] of until) state.until.set(name, at);
        for (const [id, holding] of held) state.held.set(id, holding);
      },
      done: () => state,
    };
  },
  nextDeadline: ({ until }) => (until.size === 0 ? undefined : Math.min(...until.values())),
  due: ({ until }, now) =>
    [...until]
      .filter(([, at]) => at <= now)
      .map(([name]) => ({ ws: 'default', command: { type: 'clear', name } })),
};
