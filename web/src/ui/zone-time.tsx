/** An instant in the program's zone, machine-readable, with the reader's own time beside it where theirs differs. */
import { useFormats } from '../i18n/provider.tsx'

type Props = { readonly at: string; readonly withDay?: boolean }

export function ZoneTime({ at, withDay = true }: Props) {
  const formats = useFormats()
  const own = new Intl.DateTimeFormat(formats.tag, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })
  const isElsewhere = own.resolvedOptions().timeZone !== formats.place.zone
  const text = withDay ? `${formats.day(formats.dayOf(at))} ${formats.time(at)}` : formats.time(at)
  return (
    <time
      dateTime={at}
      title={isElsewhere ? `${own.format(new Date(at))} (${own.resolvedOptions().timeZone})` : undefined}
    >
      {text}
    </time>
  )
}
