/** Flags of the commands of the proof: what is not understood ends the command with its usage, before anything has begun. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** @returns the flags as given; ends the process with status 2 where one is unknown. */
export function flagsOf<Options extends ParseArgsOptionsConfig>(usage: string, options: Options) {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error))
  }
}

/** @returns a whole number from 0 on; ends the process with status 2 for anything else. */
export function wholeNumber(usage: string, name: string, text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number
  return refuse(usage, `--${name} is a whole number, not ${text}`)
}

function refuse(usage: string, why: string): never {
  console.error(`${why}\n${usage}`)
  process.exit(2)
}
