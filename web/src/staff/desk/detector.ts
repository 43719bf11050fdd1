/** Reads codes in a picture: the browser's own reader where it has one, else ours, whose program comes from our own origin. */
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'

type Picture = HTMLVideoElement | ImageBitmap
export type Detect = (picture: Picture) => Promise<readonly string[]>

const FORMATS = ['qr_code', 'code_128', 'ean_13'] as const

let ready: Promise<Detect> | undefined

export function detector(): Promise<Detect> {
  ready ??= load()
  return ready
}

async function load(): Promise<Detect> {
  const Own = await ownDetector()
  const reader = new Own({ formats: [...FORMATS] })
  return async (picture) => (await reader.detect(picture)).map(({ rawValue }) => rawValue)
}

type Reader = { detect(picture: Picture): Promise<readonly { readonly rawValue: string }[]> }
type ReaderClass = {
  new (options: { formats: (typeof FORMATS)[number][] }): Reader
  getSupportedFormats(): Promise<readonly string[]>
}

async function ownDetector(): Promise<ReaderClass> {
  const native = nativeDetector()
  const known = (await native?.getSupportedFormats().catch(() => [])) ?? []
  if (native && FORMATS.every((format) => known.includes(format))) return native
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill')
  prepareZXingModule({ overrides: { locateFile: () => wasmUrl } })
  return BarcodeDetector
}

/** Safe because what has this name is the platform's, and each of its answers is looked at before it is used. */
function nativeDetector(): ReaderClass | undefined {
  return (globalThis as { BarcodeDetector?: ReaderClass }).BarcodeDetector
}
