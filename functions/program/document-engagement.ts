/** What the sections on contact and revisits must not say together. */
import type { FieldError } from '../platform/problem.ts'
import { approximateDays } from '../shared/dates.ts'
import { type Draft, duplicateIds, finding, unknownTiers } from './draft.ts'
import type { RevisitPolicy } from './engagement-schema.ts'

export function contactErrors({ sections }: Draft): FieldError[] {
  const { contact } = sections
  if (contact === undefined) return []
  const [from, to] = contact.quiet
  const { priority } = contact
  return [
    // Quiet hours that end when they begin would last all day.
    ...finding(from === to, '/contact/quiet', 'out_of_range'),
    ...priority.flatMap((kind, index) =>
      finding(priority.indexOf(kind) < index, `/contact/priority/${index}`, 'invalid_value'),
    ),
  ]
}

export function policyErrors(draft: Draft): FieldError[] {
  const policies = draft.sections.revisits?.policies ?? []
  return [
    ...duplicateIds(policies, '/revisits/policies'),
    ...policies.flatMap((policy, index) => onePolicyErrors(draft, policy, `/revisits/policies/${index}`)),
  ]
}

const REPEATING = { least: approximateDays('P30D'), most: approximateDays('P4Y') }
const ONCE = { least: 1, most: approximateDays('P4Y') }

function onePolicyErrors(draft: Draft, policy: RevisitPolicy, at: string): FieldError[] {
  const { anchor, match, channels } = policy
  const days = approximateDays(policy.interval)
  const { least, most } = policy.repeat ? REPEATING : ONCE
  return [
    ...finding(days < least || days > most, `${at}/interval`, 'out_of_range'),
    ...finding(approximateDays(policy.tolerance) * 2 >= days, `${at}/tolerance`, 'out_of_range'),
    ...finding(anchor === 'purchase_of' && !match.categories?.length, `${at}/match/categories`, 'required_field'),
    ...finding(anchor === 'segment_entered' && !match.segments?.length, `${at}/match/segments`, 'required_field'),
    ...unknownTiers(draft, match.tiers, `${at}/match`),
    ...channels.flatMap((channel, index) =>
      finding(channels.indexOf(channel) < index, `${at}/channels/${index}`, 'invalid_value'),
    ),
  ]
}
