import { randomUUID } from 'node:crypto';
import type { Acknowledgement } from '@edict/contracts';
import { readDocument } from '../input/documents.ts';
import { envelopesFrom, startFrom } from '../input/envelopes.ts';
import { renderAcknowledgement } from '../output/session.ts';
import { visible } from '../output/visible.ts';
import { type Exit, refusal } from '../stop.ts';
import { type Call, defineVerb } from '../verb.ts';

export const sessionStart = defineVerb({
  usage: 'session start <file>',
  summary: 'begin a session: a SessionStart envelope, or only its payload with `initiator`',
  examples: [
    'edict session start session.yaml',
    'echo \'{"initiator": "coordinator", "participants": ["a", "b"], "ttl_ms": 600000}\' | edict session start -',
  ],
  run: async (call) => {
    const value = await readDocument(call.args[0] ?? '-', call.readStdin);
    return send(call, [startFrom(value, { newId: randomUUID, now: call.now() })]);
  },
});

export const sessionSend = defineVerb({
  usage: 'session send <file>',
  summary: 'send one signal, or a list of them in order; what an envelope leaves out is filled in',
  examples: [
    'edict session send vote.json',
    'echo \'{"session_id": "…", "sender": "risk", "message_type": "Vote", "payload": {"proposal_id": "p1", "vote": "APPROVE"}}\' | edict session send -',
  ],
  run: async (call) => {
    const value = await readDocument(call.args[0] ?? '-', call.readStdin);
    return send(call, envelopesFrom(value, { newId: randomUUID, now: call.now() }));
  },
});

const send = async (call: Call<unknown>, envelopes: ReturnType<typeof envelopesFrom>): Promise<Exit> => {
  const edict = await call.bus.edict();
  for (const [i, envelope] of envelopes.entries()) {
    const reply = await edict.signal(envelope);
    if (!reply.ok) {
      const error = reply.error ?? { code: 'INTERNAL_ERROR', message: 'refused without a reason' };
      if (envelopes.length === 1) throw refusal(error);
      const { message_type, sender } = envelope;
      const which = `signal ${i + 1} of ${envelopes.length} (${message_type} by ${sender})`;
      throw refusal({ ...error, message: `${which}: ${error.message}; ${i} sent before it, none after it` });
    }
    call.printer.say(reply as Acknowledgement, (shown) =>
      renderAcknowledgement(shown, visible(envelope), call.printer.style),
    );
  }
  return 0;
};
