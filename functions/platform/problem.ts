/**
 * Every refusal the product can give: a closed list of stable codes, each with its status and its words in three
 * languages. Anything thrown that is not a `Refusal` is a bug and is answered with fixed text.
 */

export const LANGUAGES = ['en', 'zh-Hant', 'zh-Hans'] as const
export type Language = (typeof LANGUAGES)[number]

type Row = readonly [status: number, en: string, zhHant: string, zhHans: string]

const PROBLEMS = {
  malformed_json: [400, 'The body is not valid JSON.', '內容不是有效的 JSON。', '内容不是有效的 JSON。'],
  malformed_text: [400, 'The text is not valid UTF-8.', '文字不是有效的 UTF-8。', '文字不是有效的 UTF-8。'],
  duplicate_key: [400, 'A field is given twice.', '同一欄位出現兩次。', '同一字段出现两次。'],
  too_deep: [400, 'The body is nested too deeply.', '內容巢狀過深。', '内容嵌套过深。'],
  repeated_parameter: [400, 'A query parameter is given twice.', '查詢參數重複。', '查询参数重复。'],
  invalid_cursor: [400, 'The cursor is not one of ours.', '頁碼標記無效。', '页码标记无效。'],
  idempotency_key_required: [
    400,
    'The Idempotency-Key header is required.',
    '需要 Idempotency-Key 標頭。',
    '需要 Idempotency-Key 标头。',
  ],
  idempotency_key_invalid: [
    400,
    'The Idempotency-Key must be 1 to 255 visible ASCII characters.',
    'Idempotency-Key 須為 1 至 255 個可見 ASCII 字元。',
    'Idempotency-Key 须为 1 至 255 个可见 ASCII 字符。',
  ],
  forbidden: [403, 'Your role does not allow this.', '您的角色不允許此操作。', '您的角色不允许此操作。'],
  principal_disabled: [403, 'Your access was ended.', '您的使用權限已停用。', '您的使用权限已停用。'],
  own_account: [
    403,
    'Nobody acts on their own membership or that of their home.',
    '不得操作本人或同住家人的會員帳戶。',
    '不得操作本人或同住家人的会员账户。',
  ],
  undo_window_passed: [
    403,
    'The time for this has passed; ask a manager.',
    '已超過可更正的時限，請洽店長。',
    '已超过可更正的时限，请联系店长。',
  ],
  sign_in_again: [403, 'Sign in again to do this.', '請重新登入後再操作。', '请重新登录后再操作。'],
  store_out_of_scope: [403, 'This store is not among yours.', '這不是您的門市。', '这不是您的门店。'],
  approval_required: [403, 'This needs an approval.', '此操作需要核准。', '此操作需要批准。'],
  own_draft: [403, 'Somebody else must publish this draft.', '此草稿須由他人發布。', '此草稿须由他人发布。'],
  own_request: [403, 'Somebody else must decide this request.', '此申請須由他人核准。', '此申请须由他人批准。'],
  not_found: [404, 'There is nothing here.', '找不到。', '找不到。'],
  member_not_found: [404, 'There is no such member.', '找不到該會員。', '找不到该会员。'],
  reward_not_found: [404, 'There is no such reward.', '找不到該獎賞。', '找不到该奖赏。'],
  approval_not_found: [404, 'There is no such approval.', '找不到該核准。', '找不到该批准。'],
  store_not_found: [404, 'There is no such store.', '找不到該門市。', '找不到该门店。'],
  method_not_allowed: [405, 'This method is not offered here.', '不支援此方法。', '不支持此方法。'],
  not_acceptable: [406, 'Only JSON is offered.', '僅提供 JSON。', '仅提供 JSON。'],
  contact_in_use: [
    409,
    'This contact belongs to another member.',
    '此聯絡方式已屬於另一位會員。',
    '此联系方式已属于另一位会员。',
  ],
  receipt_conflict: [
    409,
    'This number was recorded with other content.',
    '此單號已以其他內容記錄。',
    '此单号已以其他内容记录。',
  ],
  staff_exists: [409, 'This person is on the staff already.', '此人已在員工名單中。', '此人已在员工名单中。'],
  last_admin: [
    409,
    'One active admin must remain.',
    '至少須保留一位啟用中的管理員。',
    '至少须保留一位启用中的管理员。',
  ],
  code_expired: [
    409,
    'The code is no longer good; show a new one.',
    '會員碼已失效，請出示新的會員碼。',
    '会员码已失效，请出示新的会员码。',
  ],
  card_only_limit: [
    409,
    'Above this limit the member must show the code.',
    '超過此上限須由會員出示會員碼。',
    '超过此上限须由会员出示会员码。',
  ],
  receipt_refunded: [409, 'Part of this receipt was refunded before.', '此單據先前已有退款。', '此小票先前已有退款。'],
  program_missing: [409, 'No program is published yet.', '尚未發布會員計劃。', '尚未发布会员计划。'],
  ticket_expired: [
    409,
    'The change was begun too long ago or is done already; begin again.',
    '此更改已逾時或已完成，請重新開始。',
    '此更改已超时或已完成，请重新开始。',
  ],
  birthday_locked: [409, 'The birthday was changed recently.', '生日近期已更改過。', '生日近期已更改过。'],
  account_frozen: [409, 'The account is frozen.', '帳戶已凍結。', '账户已冻结。'],
  insufficient_points: [409, 'There are not enough points.', '積分不足。', '积分不足。'],
  unverified_contact: [
    409,
    'No contact of this member is verified yet.',
    '會員的聯絡方式尚未驗證。',
    '会员的联系方式尚未验证。',
  ],
  new_member_hold: [409, 'New members must wait before redeeming.', '新會員須稍後才能兌換。', '新会员须稍后才能兑换。'],
  contact_hold: [
    409,
    'The contact was changed; spending waits for a day.',
    '聯絡方式剛更改，須滿一天後才能使用積分。',
    '联系方式刚更改，须满一天后才能使用积分。',
  ],
  debt: [409, 'Points are owed first.', '須先扣回積分。', '须先扣回积分。'],
  too_many_reservations: [409, 'Too many reservations are open.', '未完成的保留過多。', '未完成的预留过多。'],
  account_not_frozen: [409, 'The account is not frozen.', '帳戶未被凍結。', '账户未被冻结。'],
  open_reservation: [409, 'A reservation is still open.', '尚有未完成的保留。', '尚有未完成的预留。'],
  transfer_disabled: [409, 'Points cannot be sent to others.', '不開放積分轉讓。', '不开放积分转让。'],
  transfer_limit: [
    409,
    'This is more than may be sent in one month.',
    '超過每月可轉讓的積分。',
    '超过每月可转让的积分。',
  ],
  receiver_unavailable: [409, 'This member cannot receive points.', '該會員無法接收積分。', '该会员无法接收积分。'],
  not_started: [409, 'It cannot be had yet.', '兌換尚未開始。', '兑换尚未开始。'],
  ended: [409, 'It cannot be had any more.', '兌換已結束。', '兑换已结束。'],
  paused: [409, 'It cannot be had for the moment.', '暫停兌換。', '暂停兑换。'],
  sold_out: [409, 'Nothing is left of it.', '已兌換完畢。', '已兑换完毕。'],
  member_limit: [409, 'The limit per member is reached.', '已達每位會員的兌換上限。', '已达每位会员的兑换上限。'],
  tier_required: [409, 'It is for members of other levels.', '會員等級不符合。', '会员等级不符合。'],
  segment_required: [409, 'It is for selected members.', '僅限指定客群兌換。', '仅限指定客群兑换。'],
  store_excluded: [409, 'It cannot be had at this store.', '此門市不提供。', '此门店不提供。'],
  step_refused: [409, 'This is not the next step.', '目前不能進行此步驟。', '目前不能进行此步骤。'],
  redemption_returned: [409, 'The reward was returned already.', '此獎賞已退回。', '此奖赏已退回。'],
  voucher_used: [409, 'The voucher was used already.', '此禮券已使用。', '此礼券已使用。'],
  voucher_cancelled: [409, 'The voucher was cancelled.', '此禮券已取消。', '此礼券已取消。'],
  voucher_expired: [409, 'The voucher has expired.', '此禮券已到期。', '此礼券已到期。'],
  budget_exhausted: [409, 'The budget is used up.', '預算已用完。', '预算已用完。'],
  pay_with_points_refused: [
    409,
    'This many points cannot pay for this receipt.',
    '此單據不能使用這麼多積分。',
    '此小票不能使用这么多积分。',
  ],
  reservation_captured: [409, 'The reservation was captured already.', '保留已確認。', '预留已确认。'],
  reservation_voided: [409, 'The reservation was released already.', '保留已取消。', '预留已取消。'],
  reservation_expired: [409, 'The reservation has expired.', '保留已逾時。', '预留已超时。'],
  approval_decided: [409, 'The request was decided already.', '此申請已有決定。', '此申请已有决定。'],
  approval_rejected: [409, 'The request was rejected.', '此申請已遭拒絕。', '此申请已被拒绝。'],
  approval_expired: [409, 'The request was not decided in time.', '此申請已逾期。', '此申请已过期。'],
  approval_used: [409, 'The approval was used already.', '此核准已使用。', '此批准已使用。'],
  account_closed: [410, 'The account is closed.', '帳戶已關閉。', '账户已关闭。'],
  stale_version: [
    412,
    'It was changed meanwhile; read it again.',
    '資料已變更，請重新讀取。',
    '数据已变更，请重新读取。',
  ],
  payload_too_large: [413, 'The body is larger than 64 KB.', '內容超過 64 KB。', '内容超过 64 KB。'],
  unsupported_media_type: [415, 'Send application/json.', '請使用 application/json。', '请使用 application/json。'],
  validation_failed: [422, 'Some fields are not valid.', '部分欄位無效。', '部分字段无效。'],
  unknown_field: [422, 'This field is not known here.', '未知的欄位。', '未知的字段。'],
  required_field: [422, 'This field is required.', '此欄位必填。', '此字段必填。'],
  invalid_value: [422, 'This value is not valid.', '此值無效。', '此值无效。'],
  out_of_range: [422, 'This value is out of range.', '此值超出範圍。', '此值超出范围。'],
  duplicate_id: [422, 'This id is used twice.', '識別碼重複。', '标识重复。'],
  currency_mismatch: [
    422,
    'The currency is not the one of the program.',
    '幣別與會員計劃不符。',
    '币种与会员计划不符。',
  ],
  total_mismatch: [422, 'The lines do not sum to the total.', '明細加總與總額不符。', '明细合计与总额不符。'],
  receipt_date_invalid: [422, 'The time is not valid for a receipt.', '交易時間無效。', '交易时间无效。'],
  refund_exceeds_purchase: [422, 'The refunds exceed the purchase.', '退款超過購買金額。', '退款超过购买金额。'],
  approval_mismatch: [
    422,
    'The approval was given for something else.',
    '此核准不適用於這項操作。',
    '此批准不适用于这项操作。',
  ],
  idempotency_key_reused: [
    422,
    'This Idempotency-Key was used with other content.',
    '此 Idempotency-Key 已用於其他內容。',
    '此 Idempotency-Key 已用于其他内容。',
  ],
  if_match_required: [428, 'The If-Match header is required.', '需要 If-Match 標頭。', '需要 If-Match 标头。'],
  too_many_attempts: [
    429,
    'Too many attempts; wait a moment.',
    '嘗試次數過多，請稍候再試。',
    '尝试次数过多，请稍候再试。',
  ],
  internal_error: [500, 'Something went wrong on our side.', '系統發生錯誤。', '系统发生错误。'],
  try_again: [503, 'Too busy at the moment; send it again.', '系統忙碌，請重試。', '系统繁忙，请重试。'],
  outcome_unknown: [
    503,
    'The outcome is not known yet; send the same request again.',
    '結果未明，請以相同請求重試。',
    '结果未明，请以相同请求重试。',
  ],
} as const satisfies Record<string, Row>

export type Code = keyof typeof PROBLEMS
export const CODES = Object.keys(PROBLEMS) as readonly Code[]

export const STATUS = Object.fromEntries(Object.entries(PROBLEMS).map(([code, row]) => [code, row[0]])) as Readonly<
  Record<Code, number>
>

export function isCode(text: string): text is Code {
  return Object.hasOwn(PROBLEMS, text)
}

export function wording(code: Code, language: Language): string {
  return PROBLEMS[code][LANGUAGES.indexOf(language) + 1] as string
}

export type FieldError = { readonly pointer: string; readonly code: Code; readonly detail?: string }

/** `params` are the values a page needs to say it itself; `more` are further members of the problem, such as `approvalId`. */
export type RefusalDetails = {
  readonly errors?: readonly FieldError[]
  readonly reasons?: readonly Code[]
  readonly params?: Readonly<Record<string, string | number | boolean | null>>
  readonly more?: Readonly<Record<string, unknown>>
  /** The limit that was reached; it becomes headers. */
  readonly rate?: {
    readonly policy: string
    readonly most: number
    readonly seconds: number
    readonly retryAfter: number
  }
}

/** The product says no. The message may be logged; the words shown come from the code. */
export class Refusal extends Error {
  readonly code: Code
  readonly details: RefusalDetails
  /** Set when this is a recorded refusal given again: the id of the request that was refused first. */
  readonly firstInstance?: string

  constructor(code: Code, details: RefusalDetails = {}, firstInstance?: string) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.details = details
    if (firstInstance !== undefined) this.firstInstance = firstInstance
  }
}

export function refuseFields(errors: readonly FieldError[]): Refusal {
  const [first] = errors
  return new Refusal(errors.length === 1 && first ? first.code : 'validation_failed', { errors })
}

/** The RFC 9457 document of a refusal. `instance` is the id of the request that was refused first. */
export function problemDocument(refusal: Refusal, about: { instance: string; language: Language; origin: string }) {
  const { code, details } = refusal
  const status = STATUS[code]
  const errors = details.errors?.map(({ pointer, code: field, detail = wording(field, about.language) }) => ({
    pointer,
    code: field,
    detail,
  }))
  return {
    type: `${about.origin}/v1/problems/${code}`,
    title: wording(code, 'en'),
    status,
    detail: wording(code, about.language),
    instance: about.instance,
    code,
    ...(errors && { errors }),
    ...(details.reasons && { reasons: details.reasons }),
    ...(details.params && { params: inOneOrder(details.params) }),
    ...inOneOrder(details.more ?? {}),
    retryable: status === 503 || status === 429,
  }
}

/** A refusal that was stored reads back with its fields in another order; the answer has the same bytes. */
function inOneOrder<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))) as T
}
