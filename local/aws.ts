/** The account and region in which the local run pretends to be. Code of the product may see them and never parses them. */
export const REGION = 'eu-west-2'
export const ACCOUNT = '000000000000'

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`
}

/** What AWS would answer with status 400. */
export class AwsRefusal extends Error {
  override readonly name = 'AwsRefusal'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
