/**
 * The one normal form of a phone number and a mail address, by which a member is found and a contact belongs to one
 * member only, and the masked form that is shown where the contact itself must not be.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

const PHONE_LENGTH_MAX = 40
/** Ofcom keeps these for drama: examples and rehearsals use them and no plan of numbers knows them. */
const DRAMA_PHONE = /^\+447700900[0-9]{3}$/
/** RFC 5321: 64 octets before the @, 254 in all. */
const EMAIL_LENGTH_MAX = 254
const LOCAL_PART_MAX = 64
const CONTROL = /[\p{Cc}\u2028\u2029]/u
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/
/** Before it becomes ASCII a domain may have letters of any script, but nothing that a URL would take apart. */
const DOMAIN_AS_WRITTEN = /^[\p{L}\p{M}\p{N}.\u3002-]+$/u

/** Line ends and other control characters, which could forge a header or a log line. */
export function hasControl(text: string): boolean {
  return CONTROL.test(text)
}

/** @returns E.164, such as `+85291234567`, or undefined for what is no valid number with its country code. */
export function normalPhone(text: string): string | undefined {
  if (text.length > PHONE_LENGTH_MAX || hasControl(text)) return undefined
  const number = parsePhoneNumberFromString(text.trim(), { extract: false })
  if (number === undefined || number.ext !== undefined) return undefined
  return number.isValid() || DRAMA_PHONE.test(number.number) ? number.number : undefined
}

/**
 * Lower case without surrounding spaces; a domain in another script in its ASCII form (IDNA). What stands after a plus
 * and dots before the @ are kept: only the mail's own domain knows what they mean.
 * @returns undefined for what is no address.
 */
export function normalEmail(text: string): string | undefined {
  if (text.length > EMAIL_LENGTH_MAX || hasControl(text)) return undefined
  const [local = '', domain = '', ...more] = text.trim().normalize('NFC').toLowerCase().split('@')
  if (more.length > 0 || local.length > LOCAL_PART_MAX || !LOCAL_PART.test(local)) return undefined
  const host = asciiDomain(domain)
  if (host === undefined) return undefined
  const email = `${local}@${host}`
  return email.length > EMAIL_LENGTH_MAX ? undefined : email
}

function asciiDomain(domain: string): string | undefined {
  if (!DOMAIN_AS_WRITTEN.test(domain)) return undefined
  const host = URL.parse(`http://${domain}`)?.hostname ?? ''
  return DOMAIN.test(host) ? host : undefined
}

/** NFC without surrounding spaces. */
export function normalName(text: string): string {
  return text.normalize('NFC').trim()
}

/** `+85291234567` as `+852••••4567`; of a short number only the last two digits. */
export function maskedPhone(phone: string): string {
  const number = parsePhoneNumberFromString(phone, { extract: false })
  const national = number?.nationalNumber ?? phone.slice(1)
  const shown = national.length >= 8 ? 4 : 2
  return `+${number?.countryCallingCode ?? ''}••••${national.slice(-shown)}`
}

/** `meiling@example.com` as `m•••@example.com`. */
export function maskedEmail(email: string): string {
  return `${email.slice(0, 1)}•••${email.slice(email.lastIndexOf('@'))}`
}
