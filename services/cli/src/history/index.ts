export { natsStoreReader } from './nats-store-reader.ts';
export { EVERYTHING, replayStore } from './replay-store.ts';
export { replayOf } from './replayers.ts';
export type { StoredMessage, StoreReader } from './store-reader.ts';
