export { startTestNats, type TestNats, type TestNatsOptions } from '@edict/nats/testing';
