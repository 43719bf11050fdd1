/** Reads phone numbers as they are said at the desk, without a country code where the program's own country is meant. */
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { ReadPhone } from './desk/recognise.ts'

const COUNTRIES: Readonly<Record<string, CountryCode>> = {
  'Asia/Hong_Kong': 'HK',
  'Asia/Macau': 'MO',
  'Asia/Taipei': 'TW',
  'Asia/Shanghai': 'CN',
  'Asia/Singapore': 'SG',
  'Asia/Kuala_Lumpur': 'MY',
  'Asia/Tokyo': 'JP',
  'Asia/Seoul': 'KR',
  'Asia/Bangkok': 'TH',
  'Asia/Manila': 'PH',
  'Asia/Kolkata': 'IN',
  'Australia/Sydney': 'AU',
  'Australia/Melbourne': 'AU',
  'Pacific/Auckland': 'NZ',
  'Europe/London': 'GB',
  'Europe/Dublin': 'IE',
  'Europe/Paris': 'FR',
  'Europe/Berlin': 'DE',
  'Europe/Vienna': 'AT',
  'Europe/Zurich': 'CH',
  'Europe/Madrid': 'ES',
  'Europe/Lisbon': 'PT',
  'Europe/Rome': 'IT',
  'Europe/Amsterdam': 'NL',
  'Europe/Brussels': 'BE',
  'America/New_York': 'US',
  'America/Chicago': 'US',
  'America/Denver': 'US',
  'America/Los_Angeles': 'US',
  'America/Toronto': 'CA',
}

/** Kept by Ofcom for drama and rehearsals; no plan of numbers knows them. */
const DRAMA = /^\+447700900[0-9]{3}$/

/** @param zone of the program; elsewhere a number needs its country code. */
export function phoneReader(zone: string): ReadPhone {
  const country = COUNTRIES[zone]
  return (text) => {
    const number = parsePhoneNumberFromString(text, { extract: false, ...(country && { defaultCountry: country }) })
    if (number === undefined || number.ext !== undefined) return undefined
    if (!number.isValid() && !DRAMA.test(number.number)) return undefined
    return { phone: number.number, shown: number.formatInternational() }
  }
}
