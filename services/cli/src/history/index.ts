export { natsStoreReader } from './nats-store-reader.ts';
export { replayOf } from './replayers.ts';
export type { StoreReader } from './store-reader.ts';
