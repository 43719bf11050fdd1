/** `docs/costs.md`, made of the figures, the prices and the budget, so that the page cannot say what was not measured. */
import type { Budget } from './budget.ts'
import type { CostFigures, UnitsFigures } from './figures.ts'
import { table, told, when } from './markdown.ts'
import { LEFT_OUT, PROFILE } from './month.ts'
import { bundlesPart, flatnessPart, jobsPart, loadsPart, overheadPart, startPart } from './page-speed.ts'
import type { Prices } from './prices.ts'
import type { Results } from './results.ts'

const INTRODUCTION = `# What it costs and how fast it is

This page is made by \`npm run bench\`; do not edit it. Counts are exact and gated: a change that uses one request or one unit
more, or less, fails until \`bench/budget.json\` says so too. Ratios are gated with a margin. Times are reported and never
gated: they say as much about the machine as about the product.

\`\`\`sh
npm run bench                      # everything, and makes this page anew
npm run bench -- --gates           # the gates alone; changes no file
npm run bench -- --only units      # one of the cases
npm run bench -- --page            # this page once more, from the figures that are there
\`\`\`

How the gates were chosen is in [decision 0022](decisions/0022-counts-are-gated-times-are-told.md).`

/** Parts without figures are left out; a case that was never run says nothing. */
export function pageOf(results: Results, prices: Prices, budget: Budget): string {
  const { units, cost, bundles, start, overhead, flatness, jobs, throughput, peer } = results
  const parts = [
    INTRODUCTION,
    units && cost && `${unitsPart(units.figures, cost.figures)}\n\n${when(units.on)}`,
    units && WHY,
    units && accountsPart(units.figures, budget),
    cost && `${monthPart(cost.figures)}\n\n${when(cost.on)}`,
    bundles && `${bundlesPart(bundles.figures, budget)}\n\n${when(bundles.on)}`,
    start && `${startPart(start.figures, budget)}\n\n${when(start.on)}`,
    overhead && `${overheadPart(overhead.figures, budget)}\n\n${when(overhead.on)}`,
    flatness && `${flatnessPart(flatness.figures, budget)}\n\n${when(flatness.on)}`,
    jobs && `${jobsPart(jobs.figures)}\n\n${when(jobs.on)}`,
    throughput && `${loadsPart(THROUGHPUT, throughput.figures)}\n\n${when(throughput.on)}`,
    peer &&
      peer.figures.loads.length > 0 &&
      `${loadsPart(peerTitle(peer.figures.version), peer.figures.loads)}\n\n${when(peer.on)}`,
    pricesPart(prices),
  ]
  return `${parts.filter((part) => typeof part === 'string').join('\n\n')}\n`
}

function unitsPart({ operations }: UnitsFigures, cost: CostFigures): string {
  const rows = operations.map(({ name, title, units }) => {
    const dollars = cost.operations.find((priced) => priced.name === name)
    return [
      title,
      ...[units.requests, units.writes, units.reads, units.index].map(String),
      ...[dollars?.dynamodb, dollars?.all].map((amount) => amount?.toFixed(2) ?? ''),
    ]
  })
  const heads = ['Operation', 'Requests', 'Write units', 'Read units', 'Index units', '$ DynamoDB', '$ all']
  return `## Units per operation

For a member with 25 lots, a tier and no reservation, in US dollars per million. Write units are those of tables; what an
operation moves in the index of days on which something is due is in its own column: 1 unit when a day first appears, 2 when
it moves. "All" adds the HTTP API, the function and every line of log. The program and the stores are read once in ten seconds
per running function, and so is the record of a person of the staff; none of them is in the table.

${table(heads, rows)}`
}

const WHY = `Why some cost what they do:

- **Statement page of 25** reads 26 entries, one more to know whether there is a next page, strongly consistent. An entry weighs
  about 410 bytes, and 26 of them are three times 4 KB.
- **Refund** looks once more for what paid for the receipt where the member has redeemed before, as this one has: else one request
  and one unit less. What is captured between its two reads would otherwise stay spent. An award whose refund came first does the same.
- **Member card** reads account and profile, both strongly consistent: what a member changed a moment ago is on the card.
- **Award sent again** is a read of the account, the same transaction once more, which is cancelled and billed all the same,
  and a read of the entry that the first answer was made of. DynamoDB reports no units for what was cancelled, so those are
  computed from the items.
- **Look up by contact** reads the claim of the contact, the profile and the account, none of them strongly consistent. Of a
  **person** the try is counted first, so that nobody goes through a list of numbers: one unit, and no machine pays it.
- **Reserve, capture and void** move the day on which the account is due, because a reservation times out.
- **Rewards** write a record of what was given beside the account. A piece, a member's count and a voucher's code are an item
  each, and what is set aside is listed in an index until it is fetched, so that no piece stays behind. What a member can have
  reads one count and one shard for each reward that has a limit and a stock.
- **Merge** writes two accounts, two entries, the audit trail, the guard, the approval and what leads from one member to the other.
- The **first award of a deployment** writes one item more, which closes the time in which the program may be replaced.`

function accountsPart({ accounts }: UnitsFigures, { account }: Budget): string {
  const row = (name: string, { bytes, writes, reads }: UnitsFigures['accounts']['usual']) => [
    name,
    ...[bytes, writes, reads].map(told),
  ]
  return `## Weight of an account

Units grow in steps of 1 KB written and 4 KB read. The usual account (25 lots, a tier, no reservation) may weigh
${told(account.usualBytes)} bytes and is gated; the largest has 25 lots, 15 days with pending points, ten open reservations,
24 months of visits and two weeks that wait for a level, and long numbers everywhere.

${table(['Account', 'Bytes', 'Write units in a transaction', 'Read units'], [row('usual', accounts.usual), row('largest', accounts.largest)])}`
}

function monthPart({ month, totals }: CostFigures): string {
  const money = (amount: number) => `$${amount.toFixed(2)}`
  const rows = month.map(({ part, what, count, dollars }) => [part, what, told(count), money(dollars)])
  const sums = Object.entries(totals).map(([part, amount]) => [`**${part}**`, '', '', `**${money(amount)}**`])
  return `## Reference month

${told(PROFILE.members)} members of whom ${PROFILE.activeShare * 100}% are active, a ledger of ${told(PROFILE.entries)} entries that is
audited every night, at list prices without any free tier. A month without a request costs what stands under storage and fixed.

${table(['Part', 'What', 'How many', 'A month'], [...rows, ...sums])}

Left out, and to be added by whoever has it:

${LEFT_OUT.map((what) => `- ${what}`).join('\n')}`
}

const THROUGHPUT = `## Requests per second of the local run

Engine, gateway, functions and callers share one machine here, and the engine is not DynamoDB: this is for noticing a change,
and says nothing about a deployment.`

function peerTitle(version: string): string {
  return `## The same award in PostgreSQL

One SQL function with the same promises (\`bench/peer.sql\`: a receipt counts once, optimistic version, numbers without a gap,
hashes, lots), PostgreSQL ${version} beside our handler over a local engine, both on the same machine and disk, each as
durable as it comes. The SQL function is faster, as a function inside a database on one machine is; it has no roles,
no validation, no refusals in words and no program, and it needs a server that somebody runs, patches and pays for by the hour.`
}

function pricesPart({ lines, assumed, note, region, date }: Prices): string {
  const rows = Object.values(lines).map(({ unit, price, per, date: read, source }) => [
    unit,
    `${price} per ${told(per)}`,
    read,
    `[list](${source})`,
  ])
  const assumptions = Object.values(assumed).map(({ value, why }) => `- ${value}: ${why}`)
  return `## Prices

${region}, US dollars, ${date}, from \`bench/prices.json\`. ${note}

${table(['Unit', 'Price', 'Read on', 'Source'], rows)}

Assumed, because it cannot be measured here:

${assumptions.join('\n')}`
}
