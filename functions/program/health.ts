/** Says that the API answers, and which release it is. */
import * as z from 'zod'
import { command } from '../platform/command.ts'

export type Release = { readonly version: string; readonly commit: string }

export const getHealth = command({
  name: 'program.health',
  input: z.strictObject({ version: z.string(), commit: z.string() }),
  allow: 'anyone',
  run: async (_ctx, release: Release) => ({ status: 'ok' as const, ...release }),
})
