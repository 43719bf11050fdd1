/**
 * Code of the AWS clients that no bundle carries, because nothing in a Lambda function can reach it. What stands in its
 * place fails by name, so that a use that comes later is an error at once and not a surprise.
 */
import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * A function receives its keys in its environment, and the full chain takes them from there first; the other links
 * (profiles, sign-on, instance metadata and the services that they ask) are for machines that are not Lambda.
 */
const CREDENTIALS = {
  filter: /[\\/]@aws-sdk[\\/]credential-provider-node[\\/]dist-es[\\/]index\.js$/,
  contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'",
}

/** The protocol loads this when an operation sends or answers a stream of events; no operation of our clients does. */
const EVENT_STREAMS = {
  filter: /[\\/]@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]event-streams[\\/]index\.js$/,
  contents: "throw new Error('event streams are not part of this bundle: see local/left-out.ts')",
}

export const leftOut: Plugin = {
  name: 'left-out',
  setup(build) {
    for (const { filter, contents } of [CREDENTIALS, EVENT_STREAMS])
      build.onLoad({ filter }, ({ path }) => ({ contents, loader: 'js', resolveDir: dirname(path) }))
  },
}
