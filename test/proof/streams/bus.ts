/** The event bus as reactions sees it: it takes some events of a call and not others, or does not answer at all. */
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsCommandInput,
  type PutEventsCommandOutput,
} from '@aws-sdk/client-eventbridge'
import { mockClient } from 'aws-sdk-client-mock'
import { EntryRecorded } from '../../../functions/points/events.ts'
import { Dice } from '../dice.ts'

/** What the bus took of one event: its bytes, once for each time. */
export type Taken = ReadonlyMap<string, readonly string[]>

const REFUSALS_MAX = 2

export class Bus {
  readonly #mock = mockClient(EventBridgeClient)
  readonly #taken = new Map<string, string[]>()
  readonly #met = new Map<string, number>()
  refused = 0

  constructor() {
    this.#mock.on(PutEventsCommand).callsFake((input: PutEventsCommandInput) => this.#put(input))
  }

  /** By id of the event, of these members only. */
  takenOf(members: readonly string[]): Taken {
    const own = [...this.#taken].filter(([, [detail = '']]) => members.some((memberId) => detail.includes(memberId)))
    return new Map(own)
  }

  /** The next run begins with an empty bus. */
  forget(members: readonly string[]): void {
    for (const id of this.takenOf(members).keys()) {
      this.#taken.delete(id)
      this.#met.delete(id)
    }
  }

  close(): void {
    this.#mock.restore()
  }

  #put({ Entries = [] }: PutEventsCommandInput): Partial<PutEventsCommandOutput> {
    const answers = Entries.map(({ Detail = '' }) => this.#one(Detail))
    if (answers.every((isTaken) => !isTaken)) throw new Error('the bus does not answer')
    return {
      Entries: answers.map((isTaken) => (isTaken ? { EventId: 'event' } : { ErrorCode: 'ThrottlingException' })),
      FailedEntryCount: answers.filter((isTaken) => !isTaken).length,
    }
  }

  #one(detail: string): boolean {
    const { id } = EntryRecorded.parse(JSON.parse(detail))
    const times = this.#met.get(id) ?? 0
    this.#met.set(id, times + 1)
    if (times < REFUSALS_MAX && new Dice(times, id).chance(0.15)) {
      this.refused += 1
      return false
    }
    this.#taken.set(id, [...(this.#taken.get(id) ?? []), detail])
    return true
  }
}
