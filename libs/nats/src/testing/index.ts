export { type CuttableLink, cuttableLink } from './cuttable-link.ts';
export { freePort } from './free-port.ts';
export { startTestNats, type TestNats, type TestNatsOptions } from './start-test-nats.ts';
