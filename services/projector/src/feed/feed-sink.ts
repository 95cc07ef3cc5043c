import { Fault, STREAMS } from '@edict/contracts';
import { lastSequence, provision } from '@edict/nats';
import { ageOf, fetchMessage } from '../broker.ts';
import type { ProjectorContext } from '../context.ts';
import { inParallel } from '../in-parallel.ts';
import { isSameMessage, type Position, readAfter, START } from '../position.ts';
import type { ChainedCommit, Sink } from '../sink.ts';
import type { FeedLog, FeedSection } from './feed-log.ts';
import { type FeedMessage, feedMessages } from './feed-messages.ts';
import { noticesOf } from './notices.ts';

const AT_A_TIME = 256;

/**
 * One stream's share of the public feed, and the notices about it.
 *
 * All that was taken is sent in order, the very last message only after the broker has acknowledged the others; it
 * says that the feed is complete up to there. So there is never a gap, and what a crash has repeated has equal ids.
 */
export const createFeedSink = (context: ProjectorContext, stream: string, log: FeedLog): Sink => {
  const { store } = context;
  let taken: Taken[] = [];
  let attempts = 0;
  let oldest = 0;
  let liveAfter: number | undefined;
  let section: FeedSection | undefined;

  return {
    open: async (anew) => {
      await provision(store, context.provision ?? {});
      // A stream that was made anew counts from the beginning.
      if (anew || liveAfter === undefined) liveAfter = await lastSequence(store, stream);
      taken = [];
      attempts = 0;
      section = await log.open(stream);
      const done = anew ? START : await trusted(context, stream, section.position());
      section.advance(done);
      // A feed that begins anew has no use for what it would drop at once.
      oldest = done.sequence === 0 ? await oldestKept(context) : 0;
      return { done, after: readAfter(done) };
    },
    take: ({ commit, sequence }: ChainedCommit, lacking) => {
      if (!lacking || (commit.entries.at(-1)?.at ?? 0) < oldest) return;
      const live = sequence > (liveAfter ?? 0);
      taken.push({ messages: feedMessages(commit), notices: live ? noticesOf(commit) : [], sent: false });
    },
    flush: async (position) => {
      if (section === undefined) return;
      attempts += 1;
      await sendAll(section, taken, position);
      section.advance(position);
      const first = attempts === 1;
      for (const { notices, sent } of taken) {
        // Another projector has sent it, and so the notices too; after a lost acknowledgement it was this one.
        if (sent || !first) notify(context, notices);
      }
      taken = [];
      attempts = 0;
    },
    intact: async () => section === undefined || section.intact(),
  };
};

interface Taken {
  readonly messages: readonly FeedMessage[];
  readonly notices: ReturnType<typeof noticesOf>;
  /** Whether the broker took any of its messages as new. */
  sent: boolean;
}

const sendAll = async (section: FeedSection, taken: readonly Taken[], then: Position): Promise<void> => {
  const outgoing = taken.flatMap((from) => from.messages.map((message) => ({ from, message })));
  const last = outgoing.pop();
  if (last === undefined) return;
  await inParallel(outgoing, AT_A_TIME, async ({ from, message }) => {
    if (!(await section.send(message)).duplicate) from.sent = true;
  });
  if (!(await section.send(last.message, then)).duplicate) last.from.sent = true;
};

const notify = ({ store, logger }: ProjectorContext, notices: Taken['notices']): void => {
  for (const { address, body } of notices) {
    try {
      store.nc.publish(address, JSON.stringify(body));
    } catch (error) {
      logger?.warn('a notice could not be sent', { address, error });
    }
  }
};

/** A position, unless the stream holds something else there; then it speaks of another stream. */
const trusted = async (
  { store }: ProjectorContext,
  stream: string,
  position: Position,
): Promise<Position> => {
  if (position.sequence === 0) return position;
  const message = await fetchMessage(store, stream, { seq: position.sequence });
  if (message === 'no-stream')
    throw new Fault('UNAVAILABLE', `there is no stream ${stream}`, { retriable: true });
  return message !== 'absent' && isSameMessage(position, message.data) ? position : START;
};

const oldestKept = async ({ store, clock }: ProjectorContext): Promise<number> => {
  const age = await ageOf(store, STREAMS.events);
  return age === 0 ? 0 : clock.now() - age;
};
