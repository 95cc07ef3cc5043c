import { memberAddress, parseRequestAddress } from '@edict/contracts';
import type { Clock } from '@edict/journal';

/** A member that is asked directly. */
export interface KnownOwner {
  readonly name: string;
  /** Its private address that stands for an ordinary one; `undefined` where there is none. */
  addressFor(subject: string): string | undefined;
  /** The private addresses that were asked for. */
  addresses(): Iterable<string>;
  /** Notes that it owes one more answer. */
  asked(): void;
  /** Notes that it owes one less; `heard` when that was its own answer. */
  settled(heard: boolean): void;
}

const SILENT_MS = 500;
/** A timer that comes so late says that this process slept, not the owner. */
const OVERSLEPT_MS = 100;

/** Calls back when the member was asked something and has answered nothing for half a second. */
export const createKnownOwner = (
  name: string,
  clock: Pick<Clock, 'monotonic' | 'after'>,
  onSilent: (owner: KnownOwner) => void,
): KnownOwner => {
  const addresses = new Map<string, string>();
  let owed = 0;
  /** When it was first asked something after its last answer. */
  let askedAt: number | undefined;
  let looking = false;

  const lookAfter = (ms: number): void => {
    const at = clock.monotonic() + ms;
    looking = true;
    clock.after(ms, () => {
      looking = false;
      if (askedAt === undefined) return;
      const now = clock.monotonic();
      if (now - at > OVERSLEPT_MS) askedAt = now;
      if (now - askedAt >= SILENT_MS) onSilent(owner);
      else lookAfter(askedAt + SILENT_MS - now);
    });
  };

  const owner: KnownOwner = {
    name,
    addressFor: (subject) => {
      const known = addresses.get(subject);
      if (known !== undefined) return known;
      const address = parseRequestAddress(subject);
      // An identity that the address binds would be lost at a private one.
      if (address === undefined || address.as !== undefined) return undefined;
      const direct = memberAddress(name, address.verb, address.ws);
      addresses.set(subject, direct);
      return direct;
    },
    addresses: () => addresses.values(),
    asked: () => {
      owed += 1;
      askedAt ??= clock.monotonic();
      if (!looking) lookAfter(SILENT_MS);
    },
    settled: (heard) => {
      owed -= 1;
      if (heard) askedAt = owed === 0 ? undefined : clock.monotonic();
    },
  };
  return owner;
};
