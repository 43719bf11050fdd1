/**
 * The business of `npm start -- --demo`: Hearth Club, its stores, one more cashier and its rewards. The welcome bonus is
 * left out, because it would come with the first sign-in and nobody would be left who has no points yet.
 */
import type { RewardContent } from '../functions/rewards/schema.ts'
import type { GivenProgram } from './starter-program.ts'

export const DEMO_PROGRAM: GivenProgram = {
  schema: 'revisit.program/1',
  defaultLocale: 'zh-Hant',
  name: { en: 'Hearth Club', 'zh-Hant': '築家會', 'zh-Hans': '筑家会' },
  currency: 'HKD',
  zone: 'Asia/Hong_Kong',
  points: { name: { en: 'points', 'zh-Hant': '積分', 'zh-Hans': '积分' }, costMinor: { num: 8, den: 1 } },
  enrolment: { bonus: 0, minAge: 18, leapDay: '02-28', birthdayEdit: 'P1Y' },
  earning: {
    base: {
      tax: true,
      shipping: false,
      tips: false,
      excludeCategories: ['gift_card', 'deposit'],
      excludeSkus: [],
      excludeTenders: ['points', 'voucher', 'gift_card'],
    },
    rules: [
      { id: 'spend', kind: 'spend', points: 1, perMinor: 1_000, wholeSteps: false },
      {
        id: 'lighting',
        kind: 'spend',
        points: 2,
        perMinor: 1_000,
        wholeSteps: false,
        match: { categories: ['lighting'] },
      },
      { id: 'visit', kind: 'visit', points: 5, minBaseMinor: 5_000, maxPerDay: 1 },
    ],
    stacking: 'best',
    multipliers: 'max',
    rounding: 'floor',
    caps: [{ id: 'per_receipt', per: 'receipt', points: 20_000, behaviour: 'cap' }],
    returnWindow: 'P14D',
    pending: 'return_window',
  },
  expiry: {
    mode: 'rolling',
    period: 'P24M',
    roundUp: 'month',
    restoreGrace: 'P7D',
    reminders: ['P60D', 'P30D', 'P7D'],
  },
  redemption: {
    payWithPoints: {
      enabled: true,
      ratio: { points: 100, minor: 1_000 },
      minPoints: 200,
      stepPoints: 100,
      maxShare: { num: 1, den: 2 },
      maxPoints: 50_000,
    },
    reservationTtl: 'PT15M',
    newMemberHold: 'PT0S',
    cardOnlyMaxPoints: 500,
  },
  refund: { policy: 'debt', maxDebt: 100_000, forgiveAfter: 'P24M' },
  tiers: {
    measure: 'spend',
    period: { kind: 'rolling', months: 12 },
    downgrade: 'one_step',
    grace: 'P30D',
    warnings: ['P30D', 'P7D'],
    levels: [
      {
        id: 'silver',
        name: { en: 'Silver', 'zh-Hant': '銀卡', 'zh-Hans': '银卡' },
        threshold: 0,
        multiplier: { num: 1, den: 1 },
        priorityCase: false,
        perks: [],
      },
      {
        id: 'gold',
        name: { en: 'Gold', 'zh-Hant': '金卡', 'zh-Hans': '金卡' },
        threshold: 2_000_000,
        multiplier: { num: 5, den: 4 },
        priorityCase: false,
        perks: ['free_delivery'],
      },
      {
        id: 'platinum',
        name: { en: 'Platinum', 'zh-Hant': '白金卡', 'zh-Hans': '白金卡' },
        threshold: 8_000_000,
        multiplier: { num: 3, den: 2 },
        priorityCase: true,
        perks: ['free_delivery', 'design_visit'],
      },
    ],
  },
  staff: { receiptMaxAge: 'P3D', undoWindow: 'PT15M', adjustApproveOver: 1_000, approvalExpires: 'P7D' },
  privacy: { consentText: '2026-01', retention: 'P36M', reEnrolGuard: 'P24M', eraseWithin: 'P30D' },
}

/** `central` and `north` are those of the staff that every fresh run has. A store has one name, so it carries both scripts. */
export const DEMO_STORES = {
  central: { name: 'Central 中環' },
  north: { name: 'North Point 北角' },
  kowloon: { name: 'Kowloon 九龍 九龙' },
} as const
export type DemoStore = keyof typeof DEMO_STORES

export const DEMO_STAFF = {
  name: 'Kit Wong 黃傑',
  email: 'kit@staff.example',
  note: 'cashier, Kowloon',
  roles: ['cashier'],
  stores: ['kowloon'],
} as const

/** One of each way in which a reward reaches the member, and one that only some can have. */
export const DEMO_REWARDS: readonly (RewardContent & { readonly key: string })[] = [
  {
    key: 'tea',
    name: { en: 'Tea for two', 'zh-Hant': '雙人下午茶', 'zh-Hans': '双人下午茶' },
    kind: 'service',
    points: 150,
    fulfilment: 'instant',
  },
  {
    key: 'voucher',
    name: { en: 'HK$100 voucher', 'zh-Hant': '港幣一百元禮券', 'zh-Hans': '港币一百元礼券' },
    kind: 'voucher',
    points: 1_000,
    valueMinor: 10_000,
    fulfilment: 'instant',
    voucherValidity: 'P6M',
  },
  {
    key: 'lamp',
    name: { en: 'Bedside lamp', 'zh-Hant': '床頭燈', 'zh-Hans': '床头灯' },
    terms: { en: 'While stock lasts.', 'zh-Hant': '數量有限，換完即止。', 'zh-Hans': '数量有限，换完即止。' },
    kind: 'goods',
    points: 800,
    stock: 20,
    stores: ['central', 'kowloon'],
    limit: { count: 1, per: 'year' },
    fulfilment: 'pickup',
    reservationTtl: 'P3D',
  },
  {
    key: 'design',
    name: { en: 'Home design visit', 'zh-Hant': '上門設計服務', 'zh-Hans': '上门设计服务' },
    kind: 'service',
    points: 3_000,
    tiers: ['platinum'],
    fulfilment: 'instant',
  },
]
