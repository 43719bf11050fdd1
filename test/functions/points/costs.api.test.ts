import { test, expect } from 'vitest'
import { costOf, watchWire } from '../../support/wire.ts'
import { aTill } from '../../support/till.ts'
test('x', async () => {
  const till = await aTill()
  await till.buy(); 
  using wire = watchWire(till.api.tables)
  await till.buy()
  console.log(JSON.stringify(wire.sent, null, 1))
  console.log(costOf(wire.sent))
  await till.reserve(5)
  console.log(JSON.stringify(wire.sent.at(-1)))
  expect(1).toBe(1)
})
