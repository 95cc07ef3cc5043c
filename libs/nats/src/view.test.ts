import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStore, type StoreConnection } from './connections.ts';
import { provision } from './provision/provision.ts';
import { startTestNats, type TestNats } from './testing/index.ts';
import { openView, type RowChange, type View } from './view.ts';

let nats: TestNats;
let store: StoreConnection;
let view: View;
beforeAll(async () => {
  nats = await startTestNats({ own: true });
  store = await connectStore({ url: nats.url, name: 'viewer' });
  await provision(store);
  view = await openView(store, 'edict_sessions');
});
afterAll(async () => {
  await store.close();
  await nats.stop();
});

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const placed =
  (place: number): RowChange =>
  (current) =>
    Number(text(current) ?? -1) >= place ? undefined : String(place);

describe('a view', () => {
  it('has nothing at first, and then what was written', async () => {
    expect(await view.read('ws.none')).toBeUndefined();
    expect(await view.update('ws.one', placed(1))).toBe('written');
    expect(text(await view.read('ws.one'))).toBe('1');
    expect(await view.keys('ws.*')).toContain('ws.one');
  });

  it('leaves a row that is newer', async () => {
    await view.update('ws.two', placed(5));
    expect(await view.update('ws.two', placed(4))).toBe('skipped');
    expect(await view.update('ws.two', placed(5))).toBe('skipped');
    expect(text(await view.read('ws.two'))).toBe('5');
  });

  it('ends with the newest however many write at once, in whatever order', async () => {
    const other = await openView(store, 'edict_sessions');
    const places = Array.from({ length: 20 }, (_, i) => (i * 7) % 20);
    await Promise.all(
      places.map((place, i) => (i % 2 === 0 ? view : other).update('ws.three', placed(place))),
    );
    expect(text(await view.read('ws.three'))).toBe('19');
  });

  it('counts every one of many concurrent changes', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () =>
        view.update('ws.count', (current) => String(Number(text(current) ?? 0) + 1)),
      ),
    );
    expect(text(await view.read('ws.count'))).toBe('20');
  });
});
