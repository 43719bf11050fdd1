/** Guards of who may act and of who somebody is, each with what stands in its place when it is taken away. */
import type { Row } from './edits-platform.ts'

const inFile = (file: string, rows: readonly (readonly [name: string, find: string, replace: string])[]): Row[] =>
  rows.map(([name, find, replace]) => ({ name, file: `functions/${file}`, find, replace }))

const ACTING = [
  ...inFile('program/staff-current.ts', [
    ['who was let go acts on', "if (record?.state === 'disabled') throw new Refusal('principal_disabled')", ''],
    [
      'people act on their own home',
      "if (record?.household.some((own) => memberIds.includes(own))) throw new Refusal('own_account')",
      '',
    ],
    [
      'a record is kept for ever',
      'if (known && known.from <= ctx.now && ctx.now < known.until) return',
      'if (known) return',
    ],
  ]),
  ...inFile('points/operation.ts', [
    ['a command looks before it asks who acts', '  await requireActiveStaff(ctx)\n  try {', '  try {'],
    [
      'a command moves points of the own home',
      '    await requireActiveStaff(ctx, ...parts.map(({ loaded }) => loaded.account.memberId))\n',
      '',
    ],
  ]),
  ...inFile('points/award.ts', [
    ['an award is told before it is asked who acts', '    await requireActiveStaff(ctx)\n', ''],
    ['an award goes to the own home', '  await requireActiveStaff(ctx, loaded.account.memberId)\n', ''],
  ]),
  ...inFile('points/refund.ts', [
    ['a refund waits before it is asked who acts', '    await requireActiveStaff(ctx)\n', ''],
    ['a refund of the own home is taken', '  await requireActiveStaff(ctx, loaded.account.memberId)\n', ''],
  ]),
  ...inFile('points/reservation.ts', [
    ['a reservation is looked at before it is asked who acts', '  await requireActiveStaff(ctx)\n', ''],
    ['a reservation of the own home is ended', '  await requireActiveStaff(ctx, loaded.account.memberId)\n', ''],
  ]),
  ...inFile('points/receipt-change.ts', [
    ['a receipt is looked at before it is asked who acts', '  await requireActiveStaff(ctx)\n', ''],
    [
      'a receipt of the own home is mended',
      '  await requireActiveStaff(ctx, ...plan.parts.map(({ loaded }) => loaded.account.memberId))\n',
      '',
    ],
  ]),
  ...inFile('points/adjust.ts', [
    ['people ask for points of their own home', '    await requireActiveStaff(ctx, input.memberId)\n', ''],
  ]),
  ...inFile('points/merge.ts', [
    [
      'people ask for a merger with their own home',
      '    await requireActiveStaff(ctx, input.memberId, input.into)\n',
      '',
    ],
  ]),
  ...inFile('members/enrol.ts', [['who was let go enrols', '    await requireActiveStaff(ctx)\n', '']]),
  ...inFile('members/patch.ts', [
    [
      'people change the profile of their own home',
      '    await requireActiveStaff(ctx, memberId, member.profile.memberId)\n',
      '',
    ],
    [
      'a cashier says yes for a member',
      "if (hasRole(actor, 'cashier', 'caller') && !isGrant && fields",
      "if (hasRole(actor, 'cashier', 'caller') && fields",
    ],
    [
      'a manager says yes for a member',
      "if (!hasRole(actor, 'manager') || isGrant || !isContactChange)",
      "if (!hasRole(actor, 'manager') || !isContactChange)",
    ],
    [
      'a manager changes members of other stores',
      "if (!isInOwnStores(actor, profile)) throw new Refusal('store_out_of_scope')",
      '',
    ],
  ]),
  ...inFile('program/approval-decision.ts', [
    ['a request is looked for before it is asked who acts', '    await requireActiveStaff(ctx)\n', ''],
    ['a request about the own home is decided', '    await requireActiveStaff(ctx, ...membersOf(approval))\n', ''],
  ]),
  ...inFile('program/approval-schema.ts', [
    [
      'who takes everything over is not part of a merger',
      "typeof summary.into === 'string' ? [memberId, summary.into] : [memberId]",
      '[memberId]',
    ],
  ]),
]

const STAFF = [
  ...inFile('program/staff-invite.ts', [
    ['who was let go invites', '      await requireActiveStaff(ctx)\n      const key', '      const key'],
    ['an invitation is not looked for', 'if (before) return again(before, key.fp)', ''],
    [
      'somebody is invited to a store that is not there',
      '      await requireStores(ctx, input.stores)\n      const id',
      '      const id',
    ],
    [
      'a person who is on the staff is invited',
      "if (await loadStaff(ctx, id)) throw new Refusal('staff_exists', { more: { staffId: id } })",
      '',
    ],
    [
      'a refused invitation is not recorded',
      'const decided = await recordInvitationRefusal(ctx, key, storedRefusal(ctx, error))',
      'const decided = undefined as Invitation | undefined',
    ],
    ['a refusal of an invitation hides the one before', 'if (decided) return again(decided, key.fp)', ''],
    [
      'an invitation with other content is answered',
      "if (fp !== wanted) throw new Refusal('idempotency_key_reused')",
      '',
    ],
    ['a recorded refusal of an invitation is not given again', 'if (refusal) throw givenAgain(refusal)', ''],
  ]),
  ...inFile('program/staff-patch.ts', [
    ['who was let go changes the staff', '      await requireActiveStaff(ctx)\n      const seen', '      const seen'],
    ['people change their own record', "if (seen.id === ctx.actor.id) throw new Refusal('own_account')", ''],
    ['a record is changed from any version', 'requireVersion(input.ifMatch || undefined, seen.version)\n', ''],
    [
      'a person gets a store that is not there',
      'if (input.stores !== undefined) await requireStores(ctx, input.stores)',
      '',
    ],
    ['who was let go stays in the pool', 'if (input.disabled === true) await pool.disable(next.id)', ''],
    ['who comes back stays locked out of the pool', 'if (input.disabled === false) await pool.enable(next.id)', ''],
  ]),
  ...inFile('program/staff-store.ts', [
    ['the last admin goes', "if (change < 0 && admins === 0) throw new Refusal('last_admin')", ''],
    ['a change of the staff that lost is called a success', "if (outcome.kind === 'committed') return\n", 'return\n'],
    [
      'a change that met another of the staff is a stale one',
      "if (!outcome.failed.some(({ failsAs }) => failsAs === 'staff')) throw new LostRace()",
      '',
    ],
  ]),
  ...inFile('program/staff-claims.ts', [
    ['who was let go signs in', "if (record.state === 'disabled') throw new Refusal('principal_disabled')", ''],
    ['who was invited stays invited', "if (record.state === 'invited') {", "if (record.state === 'disabled') {"],
    ['a group of the pool gives all stores', "roles.includes('admin') ? '*' : []", "'*'"],
  ]),
]

const SIGNING_IN = [
  ...inFile('members/recognise.ts', [
    [
      'a closed account is recognised',
      "if (surviving === undefined || surviving.standing === 'closed') return NOBODY",
      'if (surviving === undefined) return NOBODY',
    ],
    ['a proof is written at every sign-in', 'if (claim.provenAt === undefined) await prove(', 'await prove('],
    ['a proof is never written', 'if (claim.provenAt === undefined) await prove(ctx, claim.memberId, subject)', ''],
    ['a proof that lost is called written', "if (outcome.kind !== 'committed') throw new LostRace()", ''],
  ]),
  ...inFile('members/join.ts', [
    ['people join without a proven address', "if (email === undefined) throw new Refusal('unverified_contact')", ''],
    ['people join as often as they like', '      await takeTry(ctx, { ...TRIES, subject: email })\n', ''],
    ['nobody is asked for the age', '      await requireAge(ctx, input)\n', ''],
    ['who joins has proven nothing', '{ profile, provenBy: ctx.actor.id }', '{ profile }'],
    [
      'a joining that lost is called a success',
      "if (outcome.kind === 'refused') throw lostTo(outcome.failed.map(({ failsAs }) => failsAs))",
      '',
    ],
    ['the ledger is not told of who joins', '      await verified(ctx, profile.memberId)\n', ''],
    ['the ledger is not told of who was there', '        await verified(ctx, before.member.profile.memberId)\n', ''],
    [
      'a joining with other content is answered',
      "if (done && done.fp !== fp) throw new Refusal('idempotency_key_reused')",
      '',
    ],
    [
      'a closed account is joined',
      "if (member === undefined || member.standing === 'closed') throw",
      'if (member === undefined) throw',
    ],
    [
      'who was enrolled joins without the address being marked',
      'if (claim.provenAt !== undefined) return { member',
      'return { member',
    ],
  ]),
  ...inFile('members/lookup.ts', [
    [
      'a person looks up without end',
      'if (ctx.actor.isPerson) await takeTry(ctx, { ...TRIES, subject: ctx.actor.id })',
      '',
    ],
    ['a till is counted as a person is', 'if (ctx.actor.isPerson) await takeTry', 'await takeTry'],
  ]),
  ...inFile('points/verify-member.ts', [
    [
      'a contact that counted as proven is welcomed',
      'if (loaded.account.hasVerifiedContact) return { verified: true }',
      '',
    ],
  ]),
  ...inFile('points/proving.ts', [
    [
      'a welcome goes before what time has done',
      'const settled = settle(before, terms)\n  const { bonus',
      'const settled = { account: before, postings: [] as SpendDecision["postings"] }\n  const { bonus',
    ],
    [
      'a welcome does not say that the contact is proven',
      'work.hasVerifiedContact = true\n    work.lifetime',
      'work.lifetime',
    ],
    [
      'a hold goes before what time has done',
      'const settled = settle(before, terms)\n  const step',
      'const settled = { account: before, postings: [] as SpendDecision["postings"] }\n  const step',
    ],
  ]),
  ...inFile('points/spending.ts', [
    [
      'points are spent before a contact is proven',
      "requireVerifiedContact && !account.hasVerifiedContact && 'unverified_contact'",
      'false',
    ],
    ['points are spent after a change of contact', "(account.contactHoldUntil ?? 0) > now && 'contact_hold'", 'false'],
  ]),
]

const CONTACTS = [
  ...inFile('members/contacts.ts', [
    ['an old sign-in has a ticket', '    requireFreshSignIn(ctx)\n    const { profile }', '    const { profile }'],
    ['an old sign-in changes a contact', '      requireFreshSignIn(ctx)\n      const email', '      const email'],
    [
      'a contact changes to one that nobody has proven',
      "if (email === undefined) throw new Refusal('unverified_contact')",
      '',
    ],
    [
      'a contact of a closed account changes',
      "if (member === undefined || member.standing === 'closed') throw",
      'if (member === undefined) throw',
    ],
    ['a change that is sent again is refused', 'if (profile.email === email) return shown(member)', ''],
    [
      'a ticket of a merged member changes the survivor',
      'if (profile.memberId !== ticket?.memberId || profile.v !== ticket.version)',
      'if (profile.v !== ticket?.version)',
    ],
    [
      'a ticket is good again and again',
      'if (profile.memberId !== ticket?.memberId || profile.v !== ticket.version)',
      'if (profile.memberId !== ticket?.memberId)',
    ],
    [
      'a contact that somebody has is tried',
      "if (await readEmailClaim(ctx, email)) throw new Refusal('contact_in_use')",
      '',
    ],
    [
      'a change of contact holds nothing',
      '      await contactChanging(ctx, profile.memberId, String(profile.v))\n',
      '',
    ],
    ['a change of contact that lost is called a success', "if (outcome.kind !== 'committed') throw new LostRace()", ''],
  ]),
  ...inFile('members/contact-ticket.ts', [
    ['anybody makes tickets', 'text === writeTicket(secret, ticket) && now < ticket', 'now < ticket'],
    ['a ticket never ends', ' && now < ticket.expiresAt ? ticket', ' ? ticket'],
  ]),
  ...inFile('members/close-own.ts', [
    ['an old sign-in asks for the end', 'if (confirm) requireFreshSignIn(ctx)', ''],
    ['a wish for the end that lost is called noted', "if (outcome.kind !== 'committed') throw new LostRace()", ''],
  ]),
  ...inFile('members/changes.ts', [
    [
      'a proof is passed on to another address',
      '{ email: after, emailVerifiedAt: undefined }',
      '{ email: after, emailVerifiedAt }',
    ],
  ]),
  ...inFile('members/store.ts', [
    [
      'a consent of an enrolment leaves no record',
      '    ...(asked.changes.length > 0 ? [consentPut(ctx, memberId, asked)] : []),\n',
      '',
    ],
    [
      'a consent that changes leaves no record',
      '    ...(consent.changes.length > 0 ? [consentPut(ctx, memberId, consent)] : []),\n',
      '',
    ],
  ]),
]

export const IDENTITY_EDITS: readonly Row[] = [...ACTING, ...STAFF, ...SIGNING_IN, ...CONTACTS]
