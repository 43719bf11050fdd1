/** What a page keeps on its device: a disk that is slower than fingers must not leave half of what was typed. */
import { expect, test } from 'vitest'
import { newestOnly } from '../../web/src/offline/kept.ts'

test('of a number that is typed while the disk writes its first digit only the whole is written, because a reload may come at any moment', async () => {
  const saved: [string, unknown][] = []
  const ends: (() => void)[] = []
  const { write, written } = newestOnly((key, value) => {
    saved.push([key, value])
    return new Promise<void>((resolve) => ends.push(resolve))
  })
  for (const typed of ['4', '47', '471', '4711']) write('draft', typed)
  write('other', 'x')
  const isWritten = written()
  expect(saved).toEqual([
    ['draft', '4'],
    ['other', 'x'],
  ])
  for (let nth = 0; nth < 3; nth += 1) {
    ends[nth]?.()
    await Promise.resolve()
    await Promise.resolve()
  }
  await isWritten
  expect(saved.slice(2)).toEqual([['draft', '4711']])
})

test('what is removed while it is being written is gone, and can be written again', async () => {
  const kept = new Map<string, unknown>()
  const { write, written } = newestOnly(async (key, value) => {
    await Promise.resolve()
    kept.set(key, value)
  })
  write('draft', '4711')
  write('draft', undefined)
  await written()
  expect(kept.get('draft')).toBeUndefined()
  await write('draft', '12')
  expect(kept.get('draft')).toBe('12')
})
