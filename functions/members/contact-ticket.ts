/**
 * What carries a change of contact from the old sign-in to the new one: good for ten minutes and for the profile as it
 * stands, so the change that it allows is also its end.
 */
import { keyedHash } from '../shared/canonical.ts'

export const TICKET_MINUTES = 10
const MINUTE_MS = 60_000
const TICKET = /^(mem_[0-9A-HJKMNP-TV-Z]{26})\.([0-9]{1,9})\.([0-9]{1,15})\.[A-Za-z0-9_-]{43}$/

export type Ticket = {
  readonly memberId: string
  /** Version of the profile that it was given for. */
  readonly version: number
  readonly expiresAt: number
}

export function ticketFor(memberId: string, version: number, now: number): Ticket {
  return { memberId, version, expiresAt: now + TICKET_MINUTES * MINUTE_MS }
}

export function writeTicket(secret: string, { memberId, version, expiresAt }: Ticket): string {
  const said = `${memberId}.${version}.${expiresAt}`
  return `${said}.${keyedHash(secret, `contact-ticket:${said}`)}`
}

/** @returns undefined for one that was made up and for one whose time is over. */
export function readTicket(secret: string, text: string, now: number): Ticket | undefined {
  const [, memberId, version, expiresAt] = TICKET.exec(text) ?? []
  if (memberId === undefined) return undefined
  const ticket = { memberId, version: Number(version), expiresAt: Number(expiresAt) }
  return text === writeTicket(secret, ticket) && now < ticket.expiresAt ? ticket : undefined
}
