/** The reasons of an entry in the reader's language; the parts and their values are the contract, the words may improve. */
import { LANGUAGES, type Language } from '../platform/problem.ts'
import type { Because } from './account.ts'

type Words = readonly [en: string, zhHant: string, zhHans: string]

/** `{name}` is a value of the part's params; `{n}` the points without sign. */
const WORDS: Readonly<Record<string, Words>> = {
  spend: ['{points} points per {step} spent', '每消費 {step} 得 {points} 積分', '每消费 {step} 得 {points} 积分'],
  item: ['{n} points for selected items', '指定商品得 {n} 積分', '指定商品得 {n} 积分'],
  visit: ['{n} points for the visit', '到店得 {n} 積分', '到店得 {n} 积分'],
  multiplier: ['{n} more points for the tier', '會員等級加贈 {n} 積分', '会员等级加赠 {n} 积分'],
  cap: ['{n} points less, a limit was reached', '已達上限，減少 {n} 積分', '已达上限，减少 {n} 积分'],
  nothing_eligible: ['nothing on this receipt earns points', '此單據沒有可累積的項目', '此小票没有可累积的项目'],
  refunded_before: ['{n} points less for refunds before', '先前已退款，減少 {n} 積分', '先前已退款，减少 {n} 积分'],
  refund_capped: [
    '{n} points less for refunds beyond the purchase',
    '退款超過購買金額，減少 {n} 積分',
    '退款超过购买金额，减少 {n} 积分',
  ],
  debt_repaid: ['{n} points repaid what was owed', '{n} 積分用於扣回', '{n} 积分用于扣回'],
  activated: ['{n} points became available', '{n} 積分已生效', '{n} 积分已生效'],
  expired: ['{n} points expired', '{n} 積分已到期', '{n} 积分已到期'],
  reservation_expired: [
    '{n} points returned, the reservation timed out',
    '保留逾時，退還 {n} 積分',
    '预留超时，退还 {n} 积分',
  ],
  debt_forgiven: ['{n} owed points were dropped', '免除待扣回的 {n} 積分', '免除待扣回的 {n} 积分'],
  pending_taken: ['{n} pending points taken back', '扣回待生效的 {n} 積分', '扣回待生效的 {n} 积分'],
  lot_taken: ['{n} points of this purchase taken back', '扣回此筆消費的 {n} 積分', '扣回此笔消费的 {n} 积分'],
  other_lots_taken: ['{n} other points taken back', '扣回其他 {n} 積分', '扣回其他 {n} 积分'],
  owed: ['{n} points are owed', '待扣回 {n} 積分', '待扣回 {n} 积分'],
  shortfall: ['{n} points could not be taken back', '{n} 積分無法扣回', '{n} 积分无法扣回'],
  nothing_to_take: ['no points to take back', '沒有需要扣回的積分', '没有需要扣回的积分'],
  redeemed: ['{n} points redeemed', '兌換 {n} 積分', '兑换 {n} 积分'],
  reserved: ['{n} points set aside', '保留 {n} 積分', '预留 {n} 积分'],
  captured: ['{n} points redeemed', '兌換 {n} 積分', '兑换 {n} 积分'],
  returned: ['{n} points returned', '退還 {n} 積分', '退还 {n} 积分'],
  restored: ['{n} points that paid for it returned', '退還折抵的 {n} 積分', '退还抵现的 {n} 积分'],
  voided: ['{n} points returned', '退還 {n} 積分', '退还 {n} 积分'],
  reward: ['{n} points for a reward', '以 {n} 積分兌換獎賞', '以 {n} 积分兑换奖赏'],
  reward_returned: ['{n} points returned with the reward', '退回獎賞，退還 {n} 積分', '退回奖赏，退还 {n} 积分'],
  reward_not_taken: ['a reward that was set aside is free again', '已釋出保留的獎賞', '已释出预留的奖赏'],
  granted: ['{n} points as a gift', '獲贈 {n} 積分', '获赠 {n} 积分'],
  sent: ['{n} points sent to another member', '轉讓 {n} 積分給其他會員', '转让 {n} 积分给其他会员'],
  received: ['{n} points received from another member', '收到其他會員轉讓的 {n} 積分', '收到其他会员转让的 {n} 积分'],
  merged: ['{n} points moved as two accounts became one', '帳戶合併，移轉 {n} 積分', '账户合并，转移 {n} 积分'],
  debt_merged: ['{n} owed points moved with them', '一併移轉待扣回的 {n} 積分', '一并转移待扣回的 {n} 积分'],
  frozen: ['the account was frozen', '帳戶已凍結', '账户已冻结'],
  contact_verified: ['a contact was verified', '聯絡方式已驗證', '联系方式已验证'],
  contact_changed: ['a contact was changed', '聯絡方式已更改', '联系方式已更改'],
  enrolment_bonus: ['{n} points to welcome you', '入會贈送 {n} 積分', '入会赠送 {n} 积分'],
  unfrozen: ['the account can be used again', '帳戶已恢復使用', '账户已恢复使用'],
  tier_counted: ['purchases count towards the level', '消費計入會員等級', '消费计入会员等级'],
  tier_up: ['a higher level was reached', '會員等級提升', '会员等级提升'],
  tier_kept: ['the level was reviewed and kept', '會員等級經檢視後保留', '会员等级经复核后保留'],
  tier_down: ['the level was reviewed and lowered', '會員等級經檢視後調降', '会员等级经复核后降低'],
  tier_replaced: [
    'the level was replaced by one of the new program',
    '會員等級已換為新計劃的等級',
    '会员等级已换为新计划的等级',
  ],
  forfeited: ['{n} points ended with the account', '帳戶關閉，{n} 積分失效', '账户关闭，{n} 积分失效'],
  goodwill: ['goodwill', '補償', '补偿'],
  correction: ['correction', '更正', '更正'],
  service: ['service', '服務', '服务'],
  event: ['event', '活動', '活动'],
  fraud: ['misuse', '不當使用', '不当使用'],
  migration: ['brought over', '轉入', '转入'],
  other: ['adjustment', '調整', '调整'],
}

export const WORDED_CODES = Object.keys(WORDS)

export function inWords(part: Because, language: Language): string {
  const template = WORDS[part.code]?.[LANGUAGES.indexOf(language)] ?? part.code
  const params = { ...part.params, n: Math.abs(part.points), step: stepOf(part, language) }
  const words = template.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name as keyof typeof params] ?? ''))
  return language === 'en' ? words.replace(/^1 points/, '1 point').replace(/ 1 points/, ' 1 point') : words
}

/** `£1.00` for 100 minor units of GBP. */
function stepOf({ params }: Because, language: Language): string {
  const { perMinor, currency } = params ?? {}
  if (typeof perMinor !== 'number' || typeof currency !== 'string') return ''
  const format = moneyFormat(language, currency)
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(perMinor / 10 ** digits)
}

/** A program has one currency, so this holds three. */
const formats = new Map<string, Intl.NumberFormat>()

function moneyFormat(language: Language, currency: string): Intl.NumberFormat {
  const key = `${language} ${currency}`
  const known = formats.get(key)
  if (known) return known
  const format = new Intl.NumberFormat(language === 'en' ? 'en-GB' : language, { style: 'currency', currency })
  formats.set(key, format)
  return format
}
