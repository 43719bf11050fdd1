/** The lines that reports are made of: ids and numbers of what was written, and no word about people. */
import * as z from 'zod'

export const LINE_TYPES = ['EARN', 'REVERSE', 'REDEEM', 'CAPTURE'] as const
export type LineType = (typeof LINE_TYPES)[number]

/** One deed at a desk or a till, as it is kept for the shift's report. */
export const ShiftLine = z.object({
  rv: z.literal(1),
  entryId: z.string(),
  memberId: z.string(),
  type: z.enum(LINE_TYPES),
  points: z.int(),
  /** Milliseconds since 1970. */
  at: z.int(),
  by: z.string(),
  receiptNumber: z.string().optional(),
  /** Of an award: the day by which its receipt is known where the store's numbers restart. */
  purchasedOn: z.string().optional(),
  /** Taken back because it should not have been awarded, not because goods came back. */
  isMistake: z.boolean().optional(),
})
export type ShiftLine = z.infer<typeof ShiftLine>
