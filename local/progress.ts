/**
 * One line on standard error that says how far a long job is, how fast it goes and how long it still takes.
 * On a terminal the line is redrawn; in a log it is a plain line every few seconds.
 */

export type ProgressState = {
  readonly label: string
  readonly done: number
  readonly total: number
  readonly ratePerSecond: number
}
export type Progress = { update(done: number): void; note(text: string): void; end(): void }

const BAR_WIDTH = 24
const REDRAW_MS = 100
const LOG_LINE_MS = 5_000
const RATE_WINDOW_MS = 5_000

export function progressLine({ label, done, total, ratePerSecond }: ProgressState): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * BAR_WIDTH)
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
  const left = ratePerSecond > 0 ? `${duration((total - done) / ratePerSecond)} left` : 'waiting'
  const counts = `${done.toLocaleString('en')}/${total.toLocaleString('en')}`
  return `${label} ${bar} ${Math.floor(share * 100)}% ${counts}  ${Math.round(ratePerSecond)}/s  ${left}`
}

/** Seconds as people say them: `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`
}

type Options = {
  /** A function where the label tells something that changes. */
  readonly label: string | (() => string)
  readonly total: number
  readonly stream?: { write(text: string): unknown; isTTY?: boolean }
  readonly now?: () => number
}

export function startProgress({
  label,
  total,
  stream = process.stderr,
  now = performance.now.bind(performance),
}: Options): Progress {
  const tty = stream.isTTY === true
  const samples = [{ at: now(), done: 0 }]
  let drawnAt = samples[0]?.at ?? 0
  let latest = 0
  const line = (at: number) => {
    const oldest = samples[0] ?? { at, done: 0 }
    const ratePerSecond = at > oldest.at ? ((latest - oldest.done) * 1_000) / (at - oldest.at) : 0
    return progressLine({ label: typeof label === 'string' ? label : label(), done: latest, total, ratePerSecond })
  }
  const draw = (at: number) => {
    drawnAt = at
    stream.write(tty ? `\r\u001b[2K${line(at)}` : `${line(at)}\n`)
    samples.push({ at, done: latest })
    while (samples.length > 2 && at - (samples[1]?.at ?? at) > RATE_WINDOW_MS) samples.shift()
  }
  return {
    update(done) {
      latest = done
      const at = now()
      if (at - drawnAt >= (tty ? REDRAW_MS : LOG_LINE_MS)) draw(at)
    },
    note(text) {
      stream.write(tty ? `\r\u001b[2K${text}\n` : `${text}\n`)
    },
    end() {
      draw(now())
      if (tty) stream.write('\n')
    },
  }
}
