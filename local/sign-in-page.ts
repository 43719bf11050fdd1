/**
 * The pages of the local issuers, as HTML without a script. They say the same about an address that is known and one
 * that is not.
 */
import { type Html, html, page } from './html.ts'
import type { IssuerName } from './identity.ts'
import type { Person } from './people.ts'
import { LANGUAGE_NAMES, PAGE_LANGUAGES, type PageLanguage, WORDS, type Words } from './sign-in-words.ts'

export type SignInFault = 'emailWrong' | 'codeWrong' | 'codeLocked' | 'codeOld' | 'codeLimit' | 'nobody' | 'disabled'

export type SignInView = {
  readonly pool: IssuerName
  readonly language: PageLanguage
  readonly email: string
  readonly fault: SignInFault | undefined
  readonly shown: readonly Person[]
}

/** The first step: who signs in. */
export function whoPage({ pool, language, email, fault, shown }: SignInView): string {
  const words = WORDS[language]
  const isStaff = pool === 'staff'
  const people = peopleList(shown, words)
  const form = html`<form method="post">
<input type="hidden" name="step" value="email">
${field({ id: 'email', label: words.email, fault: fault && words[fault], attributes: html`type="email" autocomplete="username" required maxlength="254" value="${email}"` })}
<button class="${isStaff && shown.length > 0 ? 'plain' : 'seal'}">${isStaff ? words.continue : words.sendCode}</button>
</form>`
  const byEmail = shown.length > 0 ? html`<h2>${words.orEmail}</h2>${form}` : form
  return shell(
    { language, title: isStaff ? words.signInStaff : words.signInMembers, fault: fault && words[fault] },
    html`<p>${isStaff ? words.introStaff : words.introMembers}</p>
${isStaff ? html`${people}${byEmail}` : html`${form}<p class="quiet">${words.passkeys}</p>${people}`}`,
  )
}

/** The second step of members: the code that was sent. */
export function codePage({ language, email, fault }: Pick<SignInView, 'language' | 'email' | 'fault'>): string {
  const words = WORDS[language]
  return shell(
    { language, title: words.signInMembers, fault: fault && words[fault] },
    html`<p>${words.codeSent} <strong>${email}</strong></p>
<p><a href="/local/mailbox.html" target="_blank" rel="noopener">${words.mailbox}</a></p>
<form method="post">
<input type="hidden" name="step" value="code">
${field({ id: 'code', label: words.code, fault: fault && words[fault], attributes: html`type="text" inputmode="numeric" autocomplete="one-time-code" required autofocus class="digits" maxlength="20"` })}
<button class="seal">${words.checkCode}</button>
</form>
<div class="row">
${stepButton('again', words.again)}
${stepButton('restart', words.otherEmail)}
</div>`,
  )
}

export type MessageView =
  | { readonly kind: 'signedOut' | 'expired'; readonly base: string }
  | { readonly kind: 'failed'; readonly base: string; readonly detail: string }

export function messagePage(language: PageLanguage, view: MessageView): string {
  const words = WORDS[language]
  return shell(
    { language, title: words[view.kind] },
    html`<p>${words[`${view.kind}Text`]}</p>
${view.kind === 'failed' ? html`<p class="quiet" lang="en">${view.detail}</p>` : html``}
<p><a class="button" href="${view.base}">${words.back}</a></p>`,
  )
}

export function signOutPage(
  language: PageLanguage,
  form: { readonly action: string; readonly secret: string },
): string {
  const words = WORDS[language]
  return shell(
    { language, title: words.signOut },
    html`<p>${words.signOutText}</p>
<form method="post" action="${form.action}">
<input type="hidden" name="xsrf" value="${form.secret}">
<div class="row"><button class="seal" name="logout" value="yes">${words.yes}</button><button class="plain">${words.no}</button></div>
</form>`,
  )
}

function peopleList(shown: readonly Person[], words: Words): Html {
  if (shown.length === 0) return html``
  const items = shown.map(
    ({ sub, name, email, note }) => html`<li><form method="post">
<input type="hidden" name="step" value="person">
<button class="person" name="sub" value="${sub}"><span>${name ?? email}</span> <small>${note ?? email}</small></button>
</form></li>`,
  )
  return html`<h2>${words.demoPeople}</h2><ul class="people">${items}</ul>`
}

function stepButton(step: string, label: string): Html {
  return html`<form method="post"><button class="plain" name="step" value="${step}" formnovalidate>${label}</button></form>`
}

type Field = {
  readonly id: string
  readonly label: string
  readonly attributes: Html
  readonly fault: string | undefined
}

/** A fault stands beside its field and is read out with it. */
function field({ id, label, attributes, fault }: Field): Html {
  const described = fault === undefined ? html`` : html` aria-invalid="true" aria-describedby="${id}-fault"`
  return html`<label for="${id}">${label}</label>
<input id="${id}" name="${id}" ${attributes}${described}>
${fault === undefined ? html`` : html`<p class="fault" id="${id}-fault" role="alert">${fault}</p>`}`
}

type Head = { readonly language: PageLanguage; readonly title: string; readonly fault?: string | undefined }

function shell({ language, title, fault }: Head, content: Html): string {
  const body = html`<main>
<p class="brand">Revisit</p>
<h1>${title}</h1>
${content}
</main>
<footer>${languageLinks(language)}</footer>`
  return page({ title: `${fault === undefined ? '' : `${WORDS[language].error}: `}${title} · Revisit`, language, body })
}

/** Each language by its own name; the choice is part of the address and of nothing else. */
function languageLinks(present: PageLanguage): Html {
  const links = PAGE_LANGUAGES.map((language) =>
    language === present
      ? html`<span lang="${language}" aria-current="true">${LANGUAGE_NAMES[language]}</span>`
      : html`<a href="?ui_locales=${language}" lang="${language}">${LANGUAGE_NAMES[language]}</a>`,
  )
  return html`<nav aria-label="Language">${links}</nav>`
}
