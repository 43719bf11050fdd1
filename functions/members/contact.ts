/**
 * The one normal form of a phone number and of a name, by which a member is found and a contact belongs to one member only,
 * and the masked form that is shown where the number itself must not be.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { hasControl } from './email.ts'

const PHONE_LENGTH_MAX = 40
/** Ofcom keeps these for drama: examples and rehearsals use them and no plan of numbers knows them. */
const DRAMA_PHONE = /^\+447700900[0-9]{3}$/
/** @returns E.164, such as `+85291234567`, or undefined for what is no valid number with its country code. */
export function normalPhone(text: string): string | undefined {
  if (text.length > PHONE_LENGTH_MAX || hasControl(text)) return undefined
  const number = parsePhoneNumberFromString(text.trim(), { extract: false })
  if (number === undefined || number.ext !== undefined) return undefined
  return number.isValid() || DRAMA_PHONE.test(number.number) ? number.number : undefined
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
