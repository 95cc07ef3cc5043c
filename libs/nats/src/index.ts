export { type AnchorFile, openAnchorFile } from './anchors/anchor-file.ts';
export { clockProbe } from './anchors/clock-probe.ts';
export { streamAnchors } from './anchors/stream-anchors.ts';
export {
  type Connection,
  type ConnectionSettings,
  connectEdge,
  connectStore,
  type EdgeConnection,
  type StoreConnection,
} from './connections.ts';
export { type Following, type FollowOptions, followStream } from './follow-stream.ts';
export type { IntakeMessage } from './intake/intake-message.ts';
export { type IntakeQueue, streamIntake, type TakeOptions, type Taking } from './intake/intake-queue.ts';
export { isOvertaken, lastSequence, type StreamEnd, streamEnd } from './jetstream/jetstream-api.ts';
export { type JetStreamJournalSettings, jetStreamJournals } from './jetstream/jetstream-journal.ts';
export {
  cacheFolder,
  type FindServerOptions,
  type FoundServer,
  findServer,
  SERVER_VERSION,
} from './launcher/find-server.js';
export { type KeptNatsServer, keepNatsServer } from './launcher/keep-nats-server.ts';
export { storePaths } from './launcher/run-file.ts';
export { OWN_PING_TIMEOUT_MS, type SyncPolicy } from './launcher/server-config.ts';
export {
  type NatsServer,
  type NatsServerOptions,
  type ServerExit,
  startNatsServer,
} from './launcher/start-nats-server.ts';
export type { Member } from './membership/member-table.ts';
export { joinMembership, type Membership, type MembershipOptions } from './membership/membership.ts';
export { ownerAmong } from './membership/rendezvous.ts';
export { readPingTimeout } from './ping-timeout.ts';
export {
  assertDeployment,
  type Deployment,
  type ExpectedDeployment,
  findDeployment,
  MOST_PARTITIONS,
} from './provision/deployment.ts';
export { type ProvisionSettings, provision } from './provision/provision.ts';
export { streamPlans } from './provision/stream-plans.ts';
export { type Bury, type DeadLetter, deadLetters } from './requests/dead-letters.ts';
export type { RequestKey } from './requests/known-owners.ts';
export { ownersText } from './requests/owners-header.ts';
export {
  createRelay,
  RELAY_HEADERS,
  type Relay,
  type RelayedReply,
  type RelayedRequest,
} from './requests/relay.ts';
export {
  createRequester,
  type Done,
  type Requester,
  type RequesterOptions,
  type RequestOptions,
} from './requests/requester.ts';
export {
  type EdgeRequest,
  type RequestHandler,
  type Served,
  type ServeOptions,
  serve,
} from './requests/serve.ts';
export { streamSnapshots } from './snapshots/stream-snapshots.ts';
export { openView, type RowChange, type View } from './view.ts';
