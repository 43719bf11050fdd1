/** What the sign-in pages of the local run say, in the three languages of the product. */

export const PAGE_LANGUAGES = ['en', 'zh-Hant', 'zh-Hans'] as const
export type PageLanguage = (typeof PAGE_LANGUAGES)[number]

const EN = {
  signInMembers: 'Sign in',
  signInStaff: 'Staff sign-in',
  introMembers: 'We send a code to your e-mail address. There is no password.',
  introStaff: 'Choose who you are. This page belongs to the local run and asks for no password.',
  passkeys: 'Passkeys belong to the deployed user pool; here the code is enough.',
  email: 'E-mail address',
  sendCode: 'Send the code',
  continue: 'Continue',
  demoPeople: 'Demo people',
  orEmail: 'Or by e-mail',
  code: 'Code of six digits',
  codeSent: 'If mail can reach this address, a code is on its way. It is good for 10 minutes:',
  mailbox: 'Open the mailbox of the local run',
  checkCode: 'Sign in',
  again: 'Send a new code',
  otherEmail: 'Use another address',
  emailWrong: 'Please enter a whole e-mail address, such as name@example.com.',
  codeWrong: 'This is not the code. Please look again.',
  codeLocked: 'Too many wrong codes. Please ask for a new one.',
  codeOld: 'This code is too old. Please ask for a new one.',
  codeLimit: 'No more codes for this sign-in. Please begin again.',
  nobody: 'Nobody here has this address.',
  disabled: 'This person is disabled and cannot sign in.',
  expired: 'This sign-in has ended',
  expiredText: 'It took too long, or was finished in another window. Nothing is lost.',
  failed: 'This did not work',
  failedText: 'The request for a sign-in was not understood.',
  signedOut: 'You are signed out',
  signedOutText: 'See you soon.',
  back: 'Back to the page',
  signOut: 'Sign out?',
  signOutText: 'This ends the sign-in of this browser.',
  yes: 'Sign out',
  no: 'Stay signed in',
  error: 'Error',
  mailSubject: '{code} is your sign-in code',
  mailText: 'Your code is {code}. It is good for 10 minutes. If you did not ask for it, do nothing.',
}
export type Words = Readonly<Record<keyof typeof EN, string>>

const ZH_HANT: Words = {
  signInMembers: '登入',
  signInStaff: '員工登入',
  introMembers: '驗證碼會寄到您的電郵，不需要密碼。',
  introStaff: '請選擇您的身分。此頁屬於本機測試環境，不需要密碼。',
  passkeys: '通行密鑰由正式環境的帳戶系統提供，本機只用驗證碼。',
  email: '電郵地址',
  sendCode: '傳送驗證碼',
  continue: '繼續',
  demoPeople: '示範帳戶',
  orEmail: '或使用電郵',
  code: '六位數驗證碼',
  codeSent: '若此地址能收信，驗證碼已在途中，10 分鐘內有效：',
  mailbox: '開啟本機信箱',
  checkCode: '登入',
  again: '重新傳送驗證碼',
  otherEmail: '改用其他地址',
  emailWrong: '請輸入完整的電郵地址，例如 name@example.com。',
  codeWrong: '驗證碼不符，請再核對。',
  codeLocked: '錯誤次數過多，請重新傳送驗證碼。',
  codeOld: '驗證碼已過期，請重新傳送。',
  codeLimit: '本次登入已不能再傳送驗證碼，請重新開始。',
  nobody: '此處沒有使用這個地址的人。',
  disabled: '此帳戶已停用，無法登入。',
  expired: '這次登入已結束',
  expiredText: '時間過長，或已在另一視窗完成。資料沒有遺失。',
  failed: '未能完成',
  failedText: '無法理解這次登入的要求。',
  signedOut: '您已登出',
  signedOutText: '期待再次見到您。',
  back: '返回頁面',
  signOut: '要登出嗎？',
  signOutText: '此瀏覽器的登入將會結束。',
  yes: '登出',
  no: '保持登入',
  error: '錯誤',
  mailSubject: '{code} 是您的登入驗證碼',
  mailText: '您的驗證碼是 {code}，10 分鐘內有效。若非您本人要求，請不必理會。',
}

const ZH_HANS: Words = {
  signInMembers: '登录',
  signInStaff: '员工登录',
  introMembers: '验证码会发送到您的邮箱，不需要密码。',
  introStaff: '请选择您的身份。此页属于本机测试环境，不需要密码。',
  passkeys: '通行密钥由正式环境的账户系统提供，本机只用验证码。',
  email: '邮箱地址',
  sendCode: '发送验证码',
  continue: '继续',
  demoPeople: '演示账户',
  orEmail: '或使用邮箱',
  code: '六位验证码',
  codeSent: '如果此地址能收到邮件，验证码已在途中，10 分钟内有效：',
  mailbox: '打开本机邮箱',
  checkCode: '登录',
  again: '重新发送验证码',
  otherEmail: '换一个地址',
  emailWrong: '请输入完整的邮箱地址，例如 name@example.com。',
  codeWrong: '验证码不正确，请再核对。',
  codeLocked: '错误次数过多，请重新发送验证码。',
  codeOld: '验证码已过期，请重新发送。',
  codeLimit: '本次登录不能再发送验证码，请重新开始。',
  nobody: '这里没有使用此地址的人。',
  disabled: '此账户已停用，无法登录。',
  expired: '本次登录已结束',
  expiredText: '时间过长，或已在另一个窗口完成。数据没有丢失。',
  failed: '未能完成',
  failedText: '无法理解这次登录的请求。',
  signedOut: '您已退出登录',
  signedOutText: '期待再次见到您。',
  back: '返回页面',
  signOut: '要退出登录吗？',
  signOutText: '此浏览器的登录将会结束。',
  yes: '退出登录',
  no: '保持登录',
  error: '错误',
  mailSubject: '{code} 是您的登录验证码',
  mailText: '您的验证码是 {code}，10 分钟内有效。如果不是您本人的请求，请不必理会。',
}

export const WORDS: Readonly<Record<PageLanguage, Words>> = { en: EN, 'zh-Hant': ZH_HANT, 'zh-Hans': ZH_HANS }

/** The first language that both sides know: what the page asked for, then what the browser prefers. */
export function languageOf(uiLocales: string | null | undefined, acceptLanguage: string | undefined): PageLanguage {
  const wished = [...(uiLocales ?? '').split(/\s+/), ...(acceptLanguage ?? '').split(',')]
  for (const wish of wished) {
    const tag = (wish.split(';')[0] ?? '').trim().toLowerCase()
    if (/^en\b/.test(tag)) return 'en'
    if (/^zh\b.*\b(hant|tw|hk|mo)\b/.test(tag)) return 'zh-Hant'
    if (/^zh\b/.test(tag)) return 'zh-Hans'
  }
  return 'en'
}

/** The languages by their own names. */
export const LANGUAGE_NAMES: Readonly<Record<PageLanguage, string>> = {
  en: 'English',
  'zh-Hant': '繁體中文',
  'zh-Hans': '简体中文',
}
