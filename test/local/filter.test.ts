/** Filter patterns of event source mappings: what passes, and that an operator we do not build is refused. */
import { describe, expect, test } from 'vitest'
import { compilePattern } from '../../local/filter.ts'

const RECORD = {
  eventName: 'INSERT',
  dynamodb: {
    Keys: { pk: { S: 'A#mem_1' }, sk: { S: 'E#000000000001' } },
    NewImage: { n: { N: '5' }, tags: { SS: ['a', 'b'] } },
  },
}

function passes(pattern: unknown, record: unknown = RECORD): boolean {
  return compilePattern(JSON.stringify(pattern))(record)
}

describe('a pattern', () => {
  test.each([
    ['an exact value', { eventName: ['INSERT'] }, true],
    ['another value', { eventName: ['REMOVE'] }, false],
    ['one of several values', { eventName: ['REMOVE', 'INSERT'] }, true],
    ['a prefix', { dynamodb: { Keys: { sk: { S: [{ prefix: 'E#' }] } } } }, true],
    ['another prefix', { dynamodb: { Keys: { sk: { S: [{ prefix: 'ACCOUNT' }] } } } }, false],
    ['a suffix', { dynamodb: { Keys: { sk: { S: [{ suffix: '01' }] } } } }, true],
    ['all of several fields', { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'B#' }] } } } }, false],
    ['an element of a list', { dynamodb: { NewImage: { tags: { SS: ['b'] } } } }, true],
    ['a number that is text in the record', { dynamodb: { NewImage: { n: { N: [5] } } } }, false],
    ['anything but a value', { eventName: [{ 'anything-but': 'REMOVE' }] }, true],
    ['anything but this value', { eventName: [{ 'anything-but': ['REMOVE', 'INSERT'] }] }, false],
    ['anything but a prefix', { eventName: [{ 'anything-but': { prefix: 'IN' } }] }, false],
    ['anything but, of a field that is missing', { userIdentity: [{ 'anything-but': 'x' }] }, false],
    ['a field that exists', { eventName: [{ exists: true }] }, true],
    ['a field that must not exist', { userIdentity: { type: [{ exists: false }] } }, true],
    ['an object as existing value', { dynamodb: [{ exists: true }] }, false],
    ['a value below something that is text', { eventName: { deeper: ['x'] } }, false],
  ])('with %s: %j passes: %s', (_, pattern, expected) => {
    expect(passes(pattern)).toBe(expected)
  })

  test.each([
    [{ eventName: [{ wildcard: 'I*' }] }, /does not know the rule/],
    [{ eventName: [{ prefix: { 'equals-ignore-case': 'in' } }] }, /does not know the rule/],
    [{ $or: [{ eventName: ['a'] }] }, /does not know the operator \$or/],
    [{ eventName: [] }, /allows nothing/],
    [{ eventName: 'INSERT' }, /must be an object/],
    [{}, /must be an object/],
  ])('of %j is refused when it is read, so that no record is judged by half a rule', (pattern, message) => {
    expect(() => compilePattern(JSON.stringify(pattern))).toThrow(message)
  })
})
