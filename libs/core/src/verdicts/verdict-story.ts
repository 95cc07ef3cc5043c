import type {
  CloseCommand,
  DecisionRequest,
  Entry,
  JournalName,
  OutcomeReport,
  VerdictCommand,
  VerdictEvent,
} from '@edict/contracts';
import { compilePolicySet, type PolicySet } from '../enforcement/compile-policy-set.ts';
import type { VerdictPlace } from './evolve-verdicts.ts';
import {
  commandForReplay,
  outcomeCommand,
  recordedVerdict,
  releaseValue,
  replyWithValue,
} from './outcome-desk.ts';
import { outcomeKey, requestKey } from './request-key.ts';
import { type Answer, answer, identified, recordedIn, refusal, throughJson } from './story-answer.ts';
import { liveDocument, type StoryDocument } from './story-documents.ts';
import type { VerdictDecision, VerdictFacts } from './verdict-facts.ts';
import type { RecordedReply } from './verdict-replies.ts';
import { describeVerdictState } from './verdict-state.ts';
import { verdictsDecider } from './verdicts-decider.ts';

const JOURNAL: JournalName = 'verdicts.0';
const WS = 'default';

/** Noon UTC: where a story begins, so that a window of a day has room on both sides. */
export const NOON = 1_763_726_400_000;

/**
 * A verdict journal in miniature for tests: one command per commit, an id memory without an end, and a clock that
 * the test sets. Everything recorded goes through JSON, as it would in a journal.
 */
export class VerdictStory {
  state = verdictsDecider.initialState();
  readonly entries: Entry<VerdictCommand, VerdictEvent, { set_revision: number }>[] = [];
  now = NOON;
  readonly #memory = new Map<string, RecordedReply>();
  readonly #sets: (PolicySet | undefined)[] = [];
  readonly #ungoverned: 'allow' | 'deny';

  constructor(documents: readonly StoryDocument[], ungoverned: 'allow' | 'deny' = 'allow') {
    this.#ungoverned = ungoverned;
    this.change(documents);
  }

  /** Puts other policies in place of those before. */
  change(documents: readonly StoryDocument[]): void {
    const revision = this.#sets.length + 1;
    const ungoverned = this.#ungoverned;
    const lives = documents.map((document) => liveDocument(document, revision));
    this.#sets.push(compilePolicySet({ ws: WS, revision, ungoverned, documents: lives }));
  }

  ask(request: DecisionRequest, claimsTrusted = true): Answer {
    return this.submit({ kind: 'decide', request: identified(request), claims_trusted: claimsTrusted });
  }

  /** Reports an outcome as a desk does: with what was recorded about the request, and the value put into the reply. */
  report(outcome: OutcomeReport): Answer {
    const known = this.#memory.get(requestKey(WS, outcome));
    const command = outcomeCommand(outcome, known === undefined ? undefined : recordedVerdict(known));
    const result = this.submit(command);
    const event = this.#memory.get(outcomeKey(WS, outcome))?.event;
    const request = command.recorded?.request;
    if (result.rejection !== undefined || event?.type !== 'outcome.recorded' || request === undefined) {
      return result;
    }
    const released = releaseValue({
      outcome: event.data,
      request,
      ws: WS,
      claimsTrusted: true,
      value: outcome.value,
      setAt: (revision) => this.#setAt(revision),
    });
    return released === undefined ? result : answer(replyWithValue(result.text, released), result.events);
  }

  close(command: Omit<CloseCommand, 'kind' | 'reasons'> & Partial<Pick<CloseCommand, 'reasons'>>): Answer {
    return this.submit({ kind: 'close', reasons: [], ...command });
  }

  submit(command: VerdictCommand): Answer {
    const key = verdictsDecider.key(command, WS);
    const known = key === undefined ? undefined : this.#memory.get(key);
    if (known !== undefined) {
      const differs = verdictsDecider.repeats(command, known);
      return differs === undefined ? answer(verdictsDecider.reply(known), []) : refusal(differs);
    }
    const decision = this.#decide(command);
    if (!decision.ok) return refusal(decision.rejection);
    if (decision.events.length === 0) return answer(JSON.stringify(decision.answer ?? null), []);
    return answer(this.#record(command, decision.events, key), decision.events);
  }

  /** Goes on with the state that a snapshot of this one gives, as a new owner would. */
  restart(): void {
    const restoring = verdictsDecider.restore();
    for (const part of verdictsDecider.capture(this.state)) restoring.add(throughJson(part));
    this.state = restoring.done();
  }

  /** Decides and folds without recording, and takes it all back: what a refused commit leaves behind. */
  tryOut(commands: readonly VerdictCommand[], apartMs = 0): void {
    const began = this.now;
    this.state.mark();
    commands.forEach((command, i) => {
      this.now = began + i * apartMs;
      const decision = this.#decide(command);
      const place = { ws: WS, at: this.now, revision: this.entries.length + 1, command };
      if (!decision.ok) return;
      decision.events.forEach((event, index) => {
        verdictsDecider.evolve(this.state, event, { ...place, index: index + i });
      });
    });
    this.state.rollback();
    this.now = began;
  }

  /** Loses the policies of earlier revisions, as a worker that has just begun. */
  forgetOldSets(): void {
    this.#sets.fill(undefined, 0, -1);
  }

  /** Loses the id memory, as when the retry window has passed. */
  forgetReplies(): void {
    this.#memory.clear();
  }

  pinned(request_id: string): unknown {
    const key = requestKey(WS, { subject: { type: 'agent', id: 'analyst' }, request_id });
    return verdictsDecider.pinned(this.state, key);
  }

  /** Takes an event that another owner recorded. */
  fold(event: VerdictEvent, place: VerdictPlace): void {
    verdictsDecider.evolve(this.state, event, place);
  }

  /** Lets time pass, working off deadlines as they come. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (let due = this.#nextDue(until); due !== undefined; due = this.#nextDue(until)) {
      this.now = Math.max(this.now, due);
      const before = this.entries.length;
      for (const { command } of verdictsDecider.due(this.state, this.now)) this.submit(command);
      if (this.entries.length === before) throw new Error(`the deadline ${due} leads to nothing`);
    }
    this.now = until;
  }

  events(): VerdictEvent[] {
    return this.entries.flatMap(({ events }) => [...events]);
  }

  types(): string[] {
    return this.events().map(({ type }) => type);
  }

  /** Decides every recorded command again from what is stored; gives the places where something differs. */
  replay(): string[] {
    const again = verdictsDecider.initialState();
    const different: string[] = [];
    this.entries.forEach((entry, i) => {
      const { at, ws, events } = entry;
      const set = this.#setAt(entry.facts?.set_revision ?? 0) as PolicySet;
      const input = { command: commandForReplay(entry), ws, at, facts: { set } };
      const decision = verdictsDecider.decide(input, again);
      const redecided = decision.ok ? JSON.stringify(decision.events) : decision.rejection.code;
      if (redecided !== JSON.stringify(events)) different.push(`${JOURNAL}/${i + 1}: ${redecided}`);
      events.forEach((event, index) => {
        verdictsDecider.evolve(again, event, { ws, at, revision: i + 1, index, command: entry.command });
      });
    });
    const rebuilt = JSON.stringify(describeVerdictState(again));
    return rebuilt === this.described() ? different : [...different, 'state'];
  }

  described(): string {
    return JSON.stringify(describeVerdictState(this.state));
  }

  #setAt(revision: number): PolicySet | undefined {
    return this.#sets[revision - 1];
  }

  #facts(): VerdictFacts {
    return { set: this.#sets.at(-1) as PolicySet, setAt: (revision) => this.#setAt(revision) };
  }

  #decide(command: VerdictCommand): VerdictDecision {
    return verdictsDecider.decide({ command, ws: WS, at: this.now, facts: this.#facts() }, this.state);
  }

  #nextDue(until: number): number | undefined {
    const due = verdictsDecider.nextDeadline(this.state);
    return due !== undefined && due <= until ? due : undefined;
  }

  #record(command: VerdictCommand, events: readonly VerdictEvent[], key: string | undefined): string {
    const revision = this.entries.length + 1;
    const stored = throughJson({
      id: `c-${revision}`,
      at: this.now,
      ws: WS,
      command: JSON.parse(verdictsDecider.encode(command)) as VerdictCommand,
      facts: verdictsDecider.encodeFacts(this.#facts()) as { set_revision: number },
      events,
    });
    this.entries.push(stored);
    let reply = '';
    events.forEach((event, index) => {
      const place = { ws: WS, at: this.now, revision, index, command };
      verdictsDecider.evolve(this.state, event, place);
      const receipt = { journal: JOURNAL, revision, index };
      const recorded = recordedIn(stored, event, receipt);
      const abouts = verdictsDecider.about(event, place);
      const answers = abouts.filter((about) => about.answers);
      for (const about of answers) this.#memory.set(about.key, recorded);
      for (const about of abouts) this.#recall(about);
      if (index === 0 || answers.some((about) => about.key === key)) reply = verdictsDecider.reply(recorded);
    });
    return reply;
  }

  /** Remembers again what was forgotten while the state held it. */
  #recall({ key, place }: ReturnType<typeof verdictsDecider.about>[number]): void {
    if (place === undefined || this.#memory.has(key)) return;
    const entry = this.entries[place.revision - 1];
    const event = entry?.events[place.index];
    if (entry !== undefined && event !== undefined) {
      this.#memory.set(key, recordedIn(entry, event, { journal: JOURNAL, ...place }));
    }
  }
}
