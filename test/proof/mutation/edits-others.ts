/** Guards of members and of the program, each with what stands in its place when it is taken away. */
import type { Row } from './edits-platform.ts'

const inFile = (file: string, rows: readonly (readonly [name: string, find: string, replace: string])[]): Row[] =>
  rows.map(([name, find, replace]) => ({ name, file: `functions/${file}`, find, replace }))

export const OTHER_EDITS: readonly Row[] = [
  ...inFile('members/enrol.ts', [
    [
      'an enrolment with other content is answered',
      "if (stored.fp !== fp) throw new Refusal('idempotency_key_reused')",
      '',
    ],
    [
      'a recorded refusal of an enrolment is not given again',
      'if (stored.refusal) throw givenAgain(stored.refusal)',
      '',
    ],
    [
      'a refusal of an enrolment is not recorded',
      'const before = await recordRefusal(ctx, { ...operation, refusal: storedRefusal(ctx, refusal) })',
      'const before = undefined',
    ],
    ['a number drawn twice is given up', "throw new LostRace('a number is taken')", "throw new Refusal('try_again')"],
    [
      'a member who exists already is drawn again',
      "throw new InvariantBroken('a new member exists already')",
      'throw new LostRace()',
    ],
    [
      'the guard of an enrolment is not looked at first',
      'if (before) return again(ctx, enrolOperation(before.row), operation.fp)',
      '',
    ],
    ['a refused enrolment does not look at what came first', 'if (before) return again(ctx, before, operation.fp)', ''],
  ]),
  ...inFile('members/patch.ts', [
    ['a change is made from any version', "requireVersion(ifMatch === '' ? undefined : ifMatch, profile.v)", ''],
    [
      'a change that lost is called a success',
      "if (outcome.failed.some(({ failsAs }) => failsAs === 'version')) throw new Refusal('stale_version')",
      'if (outcome.failed.length > 0) return after',
    ],
    [
      'a change that lost is a broken invariant',
      "if (outcome.failed.some(({ failsAs }) => failsAs === 'version')) throw new Refusal('stale_version')",
      '',
    ],
  ]),
  ...inFile('members/store.ts', [
    ['a contact that is left keeps its claim', '    ...given,\n', ''],
    ['a contact that is new gets no claim', '    ...gained,\n', ''],
    ['an enrolment claims no contact', '    ...claims,\n', ''],
  ]),
  ...inFile('program/put.ts', [
    [
      'a program is published over any version',
      'if (head) requireVersion(input.ifMatch, head.latest)\n    else',
      'if (!head)',
    ],
  ]),
  ...inFile('program/put-store.ts', [
    ['a store is changed from any version', 'if (seen) requireVersion(ifMatch, seen.version)\n    else', 'if (!seen)'],
  ]),
  ...inFile('program/store.ts', [
    [
      'a publication that met the first receipt is refused',
      'if (seen && first.row.latest === seen.latest) throw new LostRace()',
      '',
    ],
    ['a publication that was refused is called a success', "if (outcome.kind === 'committed') return\n", 'return\n'],
    [
      'a version above its head is a stale one',
      "if (first?.failsAs !== 'head') throw",
      'if (first === undefined) throw',
    ],
    [
      'a refused change of a store is called a success',
      "if (stood !== undefined) throw new Refusal('stale_version')",
      '',
    ],
  ]),
  ...inFile('program/approval-decision.ts', [
    [
      'a request is decided by who asked',
      "if (approval.requestedBy === ctx.actor.id) throw new Refusal('own_request')",
      '',
    ],
    ['a request is decided twice', "if (!isSame) throw new Refusal('approval_decided')", ''],
    [
      'a request is decided after its time',
      "if (stateOf(approval, ctx.now) === 'expired') throw new Refusal('approval_expired')",
      '',
    ],
  ]),
  ...inFile('program/approval-store.ts', [
    ['a decision that lost is called a success', 'if (stood !== undefined) throw new LostRace()', ''],
    ['a request that lost is called a success', "if (outcome.kind === 'refused') throw new LostRace()", ''],
  ]),
  ...inFile('program/approval.ts', [
    ['asking again asks anew', 'if (seen && isOpen(seen, ctx.now)) return seen.id', ''],
    [
      'a yes to another content is told as usable',
      "if (!isSame || approval.requestedBy !== ctx.actor.id) return new Refusal('approval_mismatch')",
      '',
    ],
  ]),
]
