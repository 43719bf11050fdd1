/**
 * Invents the ordinary members of the demo business and eighteen months of their visits. One seed gives one business; days
 * are counted back from the day of loading, so nothing here looks at a clock.
 */
import { type Random, seededRandom } from './chance.ts'
import type { DemoPerson, Step } from './demo-people.ts'
import type { DemoStore } from './demo-program.ts'

export const DEMO_SEED = 20_261
export const ORDINARY_MEMBERS = 48
/** Eighteen months. */
export const HISTORY_DAYS = 548
/** Points of a purchase can be spent once its return window of 14 days has passed. */
const WAITING_DAYS = 16
const VISITS_MAX = 16
const MINOR_LEAST = 6_000
const MINOR_MEDIAN = 48_000
const REFUND_SHARE = 0.06
const REDEEMED_POINTS = 200

const STORES: readonly DemoStore[] = ['central', 'north', 'kowloon']
const CATEGORIES = ['furniture', 'lighting', 'textiles', 'kitchen'] as const

const NAMES = {
  en: {
    first: ['Amy', 'Ben', 'Clara', 'David', 'Emma', 'Felix', 'Hana', 'Ivan', 'Jade', 'Karl', 'Lily', 'Omar'],
    last: ['Lau', 'Smith', 'Ng', 'Garcia', 'Ho', 'Patel', 'Tanaka'],
  },
  'zh-Hant': {
    first: ['家欣', '志明', '詠詩', '俊傑', '嘉儀', '國強', '淑芬', '子軒'],
    last: ['陳', '黃', '張', '劉', '葉', '鄭', '鍾'],
  },
  'zh-Hans': {
    first: ['伟', '秀英', '建国', '丽华', '志强', '晓燕', '子涵', '雨桐'],
    last: ['王', '赵', '刘', '杨', '吴', '孙', '郑'],
  },
} as const
const LOCALES = ['zh-Hant', 'en', 'zh-Hans'] as const

export function generateMembers(seed: number): DemoPerson[] {
  const random = seededRandom(seed)
  return Array.from({ length: ORDINARY_MEMBERS }, (_, index) => member(index, random))
}

function member(index: number, random: Random): DemoPerson {
  const locale = LOCALES[index % LOCALES.length] ?? 'en'
  const { first, last } = NAMES[locale]
  const [given, family] = [pick(first, random), pick(last, random)]
  const number = String(index + 1).padStart(2, '0')
  return {
    key: `member-${number}`,
    name: locale === 'en' ? `${given} ${family}` : `${family}${given}`,
    locale,
    storeId: pick(STORES, random),
    hasSignedIn: index % 4 !== 3,
    phone: `+8525550${String(1_000 + index)}`,
    birthday: { month: 1 + Math.floor(random() * 12), day: 1 + Math.floor(random() * 28) },
    acceptsMail: random() < 0.6,
    steps: visits(random, index % 4 !== 3),
  }
}

/** Few come often and many seldom; amounts have a long tail. */
function visits(random: Random, maySpend: boolean): Step[] {
  const count = 1 + Math.floor(random() ** 2 * VISITS_MAX)
  const bought = Array.from({ length: count }, () => ({
    minor: Math.max(MINOR_LEAST, Math.round((MINOR_MEDIAN * Math.exp(3 * (random() - 0.4))) / 100) * 100),
    daysAgo: 1 + Math.floor(random() * (HISTORY_DAYS - 1)),
    category: pick(CATEGORIES, random),
  })).sort((one, other) => other.daysAgo - one.daysAgo)
  const steps: Step[] = bought.map((purchase) => ({ do: 'buy', ...purchase }))
  let spendable = 0
  for (const [index, { minor, daysAgo }] of bought.entries()) {
    const isReturned = random() < REFUND_SHARE && daysAgo > WAITING_DAYS
    if (isReturned) steps.push({ do: 'refund', of: index + 1, minor: minor / 2, daysAgo: daysAgo - WAITING_DAYS })
    if (!isReturned && daysAgo > WAITING_DAYS) spendable += Math.floor(minor / 1_000)
  }
  if (maySpend && spendable >= 2 * REDEEMED_POINTS) steps.push({ do: 'redeem', points: REDEEMED_POINTS })
  return steps
}

function pick<const Item>(items: readonly [Item, ...Item[]] | readonly Item[], random: Random): Item {
  const found = items[Math.floor(random() * items.length)]
  if (found === undefined) throw new RangeError('nothing to choose from')
  return found
}
