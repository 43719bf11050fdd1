/** What the local run keeps of messages and people, and how its pages speak. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { html } from '../../local/html.ts'
import { IssuerStore } from '../../local/issuers-store.ts'
import { Mailbox } from '../../local/mailbox.ts'
import { People } from '../../local/people.ts'
import { languageOf, PAGE_LANGUAGES, WORDS } from '../../local/sign-in-words.ts'

const NOW = Date.parse('2026-11-22T12:00:00.500Z')
let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'revisit-mailbox-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const at = () => ({ dataDir, now: () => NOW })

describe('the mailbox', () => {
  test('keeps the newest 200 messages, newest first, also after a restart', () => {
    const mailbox = new Mailbox(at())
    for (let count = 0; count < 205; count += 1) mailbox.put({ to: 'a@example.com', subject: `${count}`, text: 'x' })
    const kept = new Mailbox(at()).list()
    expect([kept.length, kept[0]?.subject, kept.at(-1)?.subject]).toEqual([200, '204', '5'])
    expect(new Mailbox(at()).list('b@example.com')).toEqual([])
  })

  test('shows a message as text, so that none can smuggle in a page', () => {
    const mailbox = new Mailbox(at())
    mailbox.put({ to: 'a@example.com', subject: '<script>1</script>', text: '"&\'<img src=x>' })
    expect(mailbox.html()).toContain('&lt;script&gt;1&lt;/script&gt;')
    expect(mailbox.html()).toContain('&quot;&amp;&#39;&lt;img src=x&gt;')
    expect(mailbox.html()).not.toMatch(/<script|<img/)
  })
})

describe('the people of a run', () => {
  test('begin with staff for every role, and keep what is changed after a restart', () => {
    const people = new People(at())
    const groups = people.list('staff').flatMap((person) => person.groups)
    expect(new Set(groups)).toEqual(new Set(['cashier', 'manager', 'marketer', 'caller', 'admin', 'auditor']))
    const { sub } = people.admit('members', { email: 'Ada@Example.com' })
    people.change('members', sub, { isEnabled: false })
    expect(new People(at()).bySub('members', sub)).toMatchObject({ email: 'ada@example.com', isEnabled: false })
  })

  test('have one entry for an address, however it is written', () => {
    const people = new People(at())
    const first = people.admit('members', { email: 'ada@example.com' })
    expect(people.admit('members', { email: 'ADA@example.com' })).toEqual(first)
    expect(people.list('members')).toHaveLength(1)
  })
})

describe('the memory of an issuer', () => {
  const file = () => join(dataDir, 'issuer.jsonl')

  test('is complete after a restart but for the line that was being written', () => {
    const store = new IssuerStore(file())
    store.set('Session:a', { accountId: 'x' })
    store.set('RefreshToken:b', { grantId: 'g' })
    store.set('RefreshToken:c', { grantId: 'g' })
    store.set('Session:a', { accountId: 'y' })
    store.forgetGrant('g')
    appendFileSync(file(), '{"key":"Session:torn","payl')
    const again = new IssuerStore(file())
    expect(again.get('Session:a')).toEqual({ accountId: 'y' })
    for (const key of ['RefreshToken:b', 'RefreshToken:c', 'Session:torn']) expect(again.get(key)).toBeUndefined()
  })

  test('forgets what was not touched for longest when there is too much of it', () => {
    const store = new IssuerStore(file())
    for (let count = 0; count < 5_001; count += 1) store.set(`Session:${count}`, { count })
    for (const memory of [store, new IssuerStore(file())]) {
      expect(memory.get('Session:0')).toBeUndefined()
      expect(memory.get('Session:1')).toEqual({ count: 1 })
    }
  })
})

describe('the sign-in pages', () => {
  test.each([
    ['zh-Hant-HK en', undefined, 'zh-Hant'],
    [undefined, 'zh-TW,zh;q=0.9,en;q=0.8', 'zh-Hant'],
    [undefined, 'zh-CN,zh;q=0.9', 'zh-Hans'],
    ['fr', 'de,en-GB;q=0.7', 'en'],
    ['fr', 'de', 'en'],
    ['en', 'zh-TW', 'en'],
  ] as const)('asked for %s by a browser of %s speak %s', (wish, accepted, language) => {
    expect(languageOf(wish, accepted)).toBe(language)
  })

  test('say everything in all three languages, and nothing twice in the other script', () => {
    for (const language of PAGE_LANGUAGES) {
      expect(Object.values(WORDS[language]).every((words) => words.trim() !== '')).toBe(true)
      expect(WORDS[language].mailSubject).toContain('{code}')
      expect(WORDS[language].mailText).toContain('{code}')
    }
    expect(Object.values(WORDS['zh-Hant']).join()).not.toMatch(/[这码证录请发邮账户时间]/)
    expect(Object.values(WORDS['zh-Hans']).join()).not.toMatch(/[這碼證錄請發郵帳戶時間]/)
  })

  test('take no markup from what they are given', () => {
    const given = html`<p title="${'" onclick="x'}">${'<b>'}</p>`
    expect(Reflect.get(given, Reflect.ownKeys(given)[0] ?? '')).toBe('<p title="&quot; onclick=&quot;x">&lt;b&gt;</p>')
  })
})
