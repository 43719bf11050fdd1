/** The pool of the staff, kept in memory: what it was asked, and who is in it. A test may let it fail. */
import type { StaffPool } from '../../functions/program/staff-schema.ts'

export type PoolSeen = StaffPool & {
  /** `invite a@b`, `disable …`: in the order of the calls. */
  readonly calls: string[]
  /** Thrown by the next call, which then still has its effect where it is an invitation: the answer is lost. */
  failure: Error | undefined
}

export function aStaffPool(): PoolSeen {
  const subjects = new Map<string, string>()
  const pool: PoolSeen = {
    calls: [],
    failure: undefined,
    async invite({ email }) {
      const subject = subjects.get(email) ?? `subject-${subjects.size + 1}`
      subjects.set(email, subject)
      told(`invite ${email}`)
      return subject
    },
    disable: async (id) => told(`disable ${id}`),
    enable: async (id) => told(`enable ${id}`),
  }
  function told(call: string): void {
    pool.calls.push(call)
    const { failure } = pool
    pool.failure = undefined
    if (failure) throw failure
  }
  return pool
}
