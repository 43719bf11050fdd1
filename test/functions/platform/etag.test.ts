import { expect, test } from 'vitest'
import { etagOf, requireNoVersion, requireVersion } from '../../../functions/platform/etag.ts'

const code = (name: string) => expect.objectContaining({ code: name })

test('what is changed must be named as it was read', () => {
  expect(() => requireVersion(etagOf(7), 7)).not.toThrow()
  expect(() => requireVersion(` ${etagOf(7)} `, 7)).not.toThrow()
  expect(() => requireVersion(undefined, 7)).toThrow(code('if_match_required'))
  for (const other of ['"6"', '7', '*', 'W/"7"', '"7", "8"', ''])
    expect(() => requireVersion(other, 7)).toThrow(code('stale_version'))
})

test('of what does not exist yet nothing can have been read', () => {
  expect(() => requireNoVersion(undefined)).not.toThrow()
  expect(() => requireNoVersion('"1"')).toThrow(code('stale_version'))
})
