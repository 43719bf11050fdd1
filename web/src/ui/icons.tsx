/** The icons, drawn on 24 by 24 with one stroke. They never stand alone: a word is beside them or names the button. */
const PATHS = {
  card: 'M3 7.5A1.5 1.5 0 0 1 4.5 6h15A1.5 1.5 0 0 1 21 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5zM3 10h18M7 14.5h4',
  reward:
    'M4 11h16v9H4zM3 7.5h18V11H3zM12 7.5V20M12 7.5c-1.2 0-4-.4-4-2.3C8 4 8.9 3.5 9.7 3.5c1.6 0 2.3 2.4 2.3 4zm0 0c1.2 0 4-.4 4-2.3 0-1.2-.9-1.7-1.7-1.7-1.6 0-2.3 2.4-2.3 4z',
  invite: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.5M18.5 8v6M15.5 11h6',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.5-3.9 3.5-5.8 7.5-5.8s7 1.9 7.5 5.8',
  globe:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c2.7 2.6 3.7 5.6 3.7 9S14.7 18.4 12 21c-2.7-2.6-3.7-5.6-3.7-9S9.3 5.6 12 3z',
  code: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM17.5 17.5H20V20h-2.5zM7 7h.01M17 7h.01M7 17h.01',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  alert: 'M12 3.5L21.5 20h-19zM12 10v4.5M12 17.3h.01',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.7h.01',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2',
  offline: 'M3 3l18 18M8.5 16.2a5 5 0 0 1 7 0M5.2 12.8a9.8 9.8 0 0 1 4.3-2.5M18.8 12.8a9.8 9.8 0 0 0-4-2.4M12 20h.01',
  copy: 'M8 8h11v12H8zM5 16V4h11',
  share: 'M12 15V4M8 7.5L12 3.5l4 4M5 12.5V20h14v-7.5',
  download: 'M12 4v11M8 11.5l4 4 4-4M5 20h14',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20.5 20.5',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16',
  undo: 'M8 5L4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  store:
    'M4 10v10h16V10M3 10l2-6h14l2 6c0 1.3-1 2.3-2.25 2.3S14.5 11.3 14.5 10c0 1.3-1.1 2.3-2.5 2.3S9.5 11.3 9.5 10c0 1.3-1 2.3-2.25 2.3S3 11.3 3 10zM10 20v-4.5h4V20',
  receipt: 'M6 3.5h12V20.5l-2-1.4-2 1.4-2-1.4-2 1.4-2-1.4-2 1.4zM9 8h6M9 12h6',
  voucher: 'M3 7h18v3.5a1.6 1.6 0 0 0 0 3V17H3v-3.5a1.6 1.6 0 0 0 0-3zM14 7v10',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  sun: 'M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  exit: 'M10 4H5v16h5M14 8l4 4-4 4M9 12h9',
  keyboard: 'M3 6.5h18v11H3zM7 10h.01M11 10h.01M15 10h.01M17.5 10h.01M7 14h10',
  camera: 'M4 8h3.5l1.5-2.5h6L16.5 8H20v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
  gear: 'M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM9 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM15 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  people:
    'M8.5 11a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM2.5 19.5c.3-3.3 2.6-5 6-5s5.7 1.7 6 5M15.5 4.8a3.2 3.2 0 0 1 0 6M17 14.7c2.6.4 4.2 2.1 4.5 4.8',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
