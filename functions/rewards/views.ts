/** How rewards, vouchers and reservations are shown: every field named, and none that is not. */
import type { Reason } from '../points/reasons.ts'
import type { HeldState } from '../points/row-schema.ts'
import { isoTime, type LocalDate } from '../shared/dates.ts'
import type { Offer } from './availability.ts'
import type { Redemption, Reward } from './row-schema.ts'
import type { RewardContent } from './schema.ts'

/** What a reward is, in one order of fields; null for what does not limit it. */
function shownContent(content: RewardContent) {
  const { name, terms, kind, points, valueMinor, window, stores, tiers, segments, limit, fulfilment } = content
  return {
    name,
    terms: terms ?? null,
    kind,
    points,
    valueMinor: valueMinor ?? null,
    window: { from: window?.from ?? null, until: window?.until ?? null },
    stock: content.stock ?? null,
    stores: stores ?? null,
    tiers: tiers ?? null,
    segments: segments ?? null,
    limit: limit ? { count: limit.count, per: limit.per } : null,
    fulfilment,
    reservationTtl: content.reservationTtl ?? null,
    voucherValidity: content.voucherValidity ?? null,
  }
}

/** As staff see it: what members get, or the draft as long as they get nothing; drafts to who may write them. */
export function rewardView(reward: Reward, { isEditor, left }: { readonly isEditor: boolean; readonly left?: number }) {
  const { id, state, version, published, draft } = reward
  const content = (published ?? draft)?.content
  const shownDraft = isEditor && draft && { ...shownContent(draft.content), by: draft.by, at: isoTime(draft.at) }
  return {
    id,
    state,
    version,
    ...(content && shownContent(content)),
    ...(left !== undefined && { left }),
    published: published
      ? {
          number: published.number,
          by: published.by,
          at: isoTime(published.at),
          selfPublished: published.selfPublished,
        }
      : null,
    ...(isEditor && { draft: shownDraft ?? null }),
  }
}

/** As a member sees it, or the desk for one. */
export function offerView({ id, content }: Offer, reasons: readonly Reason[]) {
  const { name, terms, kind, points, valueMinor, fulfilment, window, stores } = content
  return {
    id,
    name,
    kind,
    points,
    valueMinor: valueMinor ?? null,
    fulfilment,
    window: { from: window?.from ?? null, until: window?.until ?? null },
    stores: stores ?? null,
    terms: terms ?? null,
    available: reasons.length === 0,
    reasons: reasons.map(({ code, params = {} }) => ({ code, params })),
  }
}

function shownBasics({ id, rewardId, name, kind, points }: Redemption) {
  return { id, rewardId, name, kind, points }
}

export type VoucherState = 'issued' | 'used' | 'cancelled' | 'expired'

export function voucherState({ state, expiresOn }: Redemption, today: LocalDate): VoucherState {
  if (state === 'issued') return expiresOn !== undefined && expiresOn < today ? 'expired' : 'issued'
  return state === 'used' ? 'used' : 'cancelled'
}

/** `code` for its member only, who is the one that shows it. */
export function voucherView(voucher: Redemption, shown: { readonly state: VoucherState; readonly code?: string }) {
  const { valueMinor, stores, at, expiresOn, last } = voucher
  const { state, code } = shown
  const used = state === 'used' && last ? { at: isoTime(last.at), storeId: last.storeId ?? null } : null
  return {
    ...shownBasics(voucher),
    ...(code !== undefined && { code }),
    state,
    valueMinor: valueMinor ?? null,
    /** What a voucher is worth more than what it pays for is lost. */
    rest: valueMinor === undefined ? null : ('lost' as const),
    issuedAt: isoTime(at),
    expiresOn: expiresOn ?? null,
    stores: stores ?? null,
    storeId: used?.storeId ?? voucher.storeId ?? null,
    used,
  }
}

/** `state` is that of the points; `step` is where the reward is once they are taken. */
export function reservationView(held: Redemption, state: HeldState) {
  const { storeId, stores, at, heldUntil, fulfilment, last } = held
  return {
    ...shownBasics(held),
    state,
    fulfilment,
    step: state === 'captured' ? held.state : null,
    stepAt: state === 'captured' && last ? isoTime(last.at) : null,
    storeId: storeId ?? null,
    stores: stores ?? null,
    reservedAt: isoTime(at),
    expiresAt: heldUntil === undefined ? null : isoTime(heldUntil),
  }
}
