/** A mistake that lies outside the program, told in one sentence that names the remedy; nobody is shown a stack for it. */
export class Remedy extends Error {
  override readonly name = 'Remedy'
}

/** For `catch`: ends the process with that sentence, and with the stack only when the mistake is ours. */
export function endWith(error: unknown): never {
  console.error(error instanceof Remedy ? error.message : error)
  process.exit(1)
}
