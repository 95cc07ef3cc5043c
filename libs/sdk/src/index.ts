export { busTransport, type ConnectOptions, connectEdict } from './connect-edict.ts';
export { createEngine, type Engine, type EngineOptions } from './create-engine.ts';
export {
  type CallOptions,
  createEdict,
  type Edict,
  type EdictSettings,
  type SignalEnvelope,
} from './edict.ts';
export { type CloudEvent, readBatch } from './feed.ts';
export type { PoliciesClient, SaveOptions, WriteOptions } from './policies-client.ts';
export type { DecisionReply, OutcomeReply, Refused, Reply, ReplyError, SignalReply } from './replies.ts';
export type { SubmitClient, Submitted } from './submit-client.ts';
export type { Done, RequestOptions, Transport } from './transport.ts';
