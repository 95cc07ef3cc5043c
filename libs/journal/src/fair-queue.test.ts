import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

interface Item {
  readonly ws: string;
  readonly name: string;
  readonly number: number;
}

const queueOf = (most: number): FairQueue<Item> => new FairQueue(most, (item) => item);

let numbers = 0;
const item = (ws: string, name = 'agent'): Item => ({ ws, name, number: numbers++ });

/** Lets items in as a host does, and says how many there was room for. */
const offer = (queue: FairQueue<Item>, items: readonly Item[]): number => {
  let admitted = 0;
  for (const each of items) {
    if (!queue.admits(each)) continue;
    queue.push(each);
    admitted += 1;
  }
  return admitted;
};
const many = (count: number, ws: string, name?: string): Item[] =>
  Array.from({ length: count }, () => item(ws, name));

describe('a queue in which little waits', () => {
  it('is first come, first served, whoever comes', () => {
    const queue = queueOf(10_000);
    const items = [item('a'), item('b'), item('a'), item('c'), item('a')];
    offer(queue, items);
    expect(queue.draw(3)).toEqual(items.slice(0, 3));
    expect(queue.draw(3)).toEqual(items.slice(3));
  });

  it('is full at its bound', () => {
    const queue = queueOf(3);
    expect(offer(queue, many(5, 'a'))).toBe(3);
  });
});

describe('a queue in a crowd', () => {
  it('lets a workspace that comes late have every second turn', () => {
    const queue = queueOf(10_000);
    offer(queue, many(2_000, 'flood'));
    offer(queue, many(10, 'late'));
    const drawn = queue.draw(20).map(({ ws }) => ws);
    expect(drawn.filter((ws) => ws === 'late')).toHaveLength(10);
  });

  it('lets the principals of a workspace take turns too', () => {
    const queue = queueOf(10_000);
    offer(queue, many(2_000, 'acme', 'busy'));
    offer(queue, [...many(3, 'acme', 'x'), ...many(3, 'acme', 'y')]);
    const drawn = queue.draw(12).map(({ name }) => name);
    expect(drawn.filter((name) => name !== 'busy')).toHaveLength(6);
  });

  it('keeps room for others: a workspace has half of it at most, one principal a third', () => {
    const one = queueOf(9_000);
    expect(offer(one, many(20_000, 'flood'))).toBe(3_000);
    const workspace = queueOf(9_000);
    for (let i = 0; i < 20_000; i++) offer(workspace, [item('flood', `agent-${i % 500}`)]);
    expect(workspace.length).toBeGreaterThan(4_000);
    expect(workspace.length).toBeLessThanOrEqual(4_500);
    expect(offer(workspace, many(100, 'late'))).toBe(100);
  });

  it('finds room for everybody who comes alone, until it is full', () => {
    const queue = queueOf(2_000);
    const strangers = Array.from({ length: 3_000 }, (_, i) => item(`ws-${i}`));
    expect(offer(queue, strangers)).toBe(2_000);
  });

  it('knows how many are drawn before somebody, at the most', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ws: fc.nat(3), name: fc.nat(3), times: fc.integer({ min: 1, max: 200 }) }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.nat(300),
        fc.record({ ws: fc.nat(4), name: fc.nat(4) }),
        (groups, drawn, late) => {
          const queue = queueOf(10_000);
          offer(queue, many(300, 'first'));
          for (const { ws, name, times } of groups) offer(queue, many(times, `ws-${ws}`, `agent-${name}`));
          queue.putBack(queue.draw(drawn).slice(drawn / 2));
          const last = item(`ws-${late.ws}`, `agent-${late.name}`);
          const ahead = queue.ahead(last);
          expect(ahead).toBeLessThanOrEqual(queue.length);
          offer(queue, [last]);
          expect(queue.clear().indexOf(last)).toBeLessThanOrEqual(ahead);
        },
      ),
    );
  });

  it('lets somebody who comes late wait for one round, not for the flood', () => {
    const queue = queueOf(10_000);
    offer(queue, many(3_000, 'flood'));
    expect(queue.ahead(item('flood'))).toBe(3_000);
    expect(queue.ahead(item('late'))).toBeLessThanOrEqual(2);
  });

  it('is calm again when all of it was drawn', () => {
    const queue = queueOf(10_000);
    offer(queue, many(1_000, 'flood'));
    while (queue.length > 0) queue.draw(100);
    const items = [item('a'), item('flood'), item('a')];
    offer(queue, items);
    expect(queue.draw(3)).toEqual(items);
  });
});

describe('a queue, whatever is done with it,', () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('push' as const),
        ws: fc.nat(3),
        name: fc.nat(3),
        times: fc.nat(200),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('draw' as const), most: fc.nat(400), back: fc.nat(400) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), ws: fc.nat(3) }) },
  );

  it('loses nothing, doubles nothing, and keeps the order of each flow', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = queueOf(2_000);
        const waiting = new Map<number, Item>();
        const last = new Map<string, number>();
        const take = (each: Item): void => {
          expect(waiting.delete(each.number)).toBe(true);
          const flow = `${each.ws}/${each.name}`;
          expect(each.number).toBeGreaterThan(last.get(flow) ?? -1);
          last.set(flow, each.number);
        };
        for (const each of steps) {
          if (each.kind === 'push') {
            for (let i = 0; i < each.times; i++) {
              const made = item(`ws-${each.ws}`, `agent-${each.name}`);
              if (offer(queue, [made]) === 1) waiting.set(made.number, made);
            }
          } else if (each.kind === 'draw') {
            const drawn = queue.draw(each.most);
            expect(drawn.length).toBeLessThanOrEqual(each.most);
            const used = drawn.slice(0, Math.max(0, drawn.length - each.back));
            used.forEach(take);
            queue.putBack(drawn.slice(used.length));
          } else {
            for (const { number } of queue.remove(({ ws }) => ws === `ws-${each.ws}`)) waiting.delete(number);
          }
          expect(queue.length).toBe(waiting.size);
        }
        queue.clear().forEach(take);
        expect(waiting.size).toBe(0);
        expect(queue.length).toBe(0);
      }),
    );
  });
});
