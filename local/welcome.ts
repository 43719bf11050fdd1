/** What a person sees when a run is ready: where everything is, and one command that works when it is pasted. */
import { DEFAULT_PORT } from './port.ts'
import { shortPath } from './short-path.ts'

export type WelcomeFacts = {
  readonly url: string
  readonly port: number
  readonly dataDir: string
  readonly engine: string
}

export function printWelcome({ url, port, dataDir, engine }: WelcomeFacts): void {
  const data = shortPath(dataDir)
  const npm = port === DEFAULT_PORT ? 'npm' : `PORT=${port} npm`
  console.log(`
  pages     ${url}  (members: any e-mail address)
  staff     ${url}/staff/  (choose who you are)
  mailbox   ${url}/local/mailbox.html  (sign-in codes and invitations)
  API       ${url}/v1
  issuers   ${url}/oidc/staff  ${url}/oidc/members
  controls  ${url}/local/clock drain events faults functions mailbox people queues schedules token
  engine    ${engine}
  data      ${data}   (npm start -- --fresh begins anew)
  log       ${data}/functions.log
  token     ${npm} run --silent token -- cashier

  Enrol a member from another terminal:
  curl -s ${url}/v1/members -H "Authorization: Bearer $(${npm} run --silent token -- cashier)" -H 'Content-Type: application/json' -H 'Idempotency-Key: first' -d '{"name":"Ada Moreno","email":"ada@example.com","storeId":"central"}'

ready ${url}`)
}
