/**
 * The one normal form of a mail address, and its masked form. Apart from phone numbers, because who recognises a sign-in must not
 * carry the numbering plans of the world.
 */

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

/** `meiling@example.com` as `m•••@example.com`. */
export function maskedEmail(email: string): string {
  return `${email.slice(0, 1)}•••${email.slice(email.lastIndexOf('@'))}`
}
