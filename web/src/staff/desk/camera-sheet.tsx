/** A code seen by the camera, or in a photo where there is no camera; loaded only when it is opened. */
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { Note } from '../../ui/states.tsx'
import { useText } from '../catalogues.ts'
import { type Detect, detector } from './detector.ts'

const LOOK_EVERY_MS = 200

type Props = { readonly onHit: (text: string) => void; readonly onClose: () => void }

export function CameraSheet({ onHit, onClose }: Props) {
  const t = useText()
  const video = useRef<HTMLVideoElement>(null)
  const { state, torch } = useCamera(video, onHit)
  const [isPhotoEmpty, setPhotoEmpty] = useState(false)
  async function readPhoto(file: File | undefined): Promise<void> {
    if (file === undefined) return
    try {
      const [text] = await (await detector())(await createImageBitmap(file))
      if (text === undefined) setPhotoEmpty(true)
      else onHit(text)
    } catch {
      // A file that is no picture holds no code either.
      setPhotoEmpty(true)
    }
  }
  return (
    <Sheet title={t('camera.title')} closeLabel={t('action.close')} onClose={onClose}>
      {state === 'denied' ? (
        <Note icon="camera" title={t('camera.denied')}>
          {t('camera.deniedText')}
        </Note>
      ) : (
        <div className="finder">
          <video ref={video} className="finder-video" muted playsInline aria-label={t('camera.finder')} />
          <span className="finder-frame" aria-hidden="true" />
        </div>
      )}
      <p role="status">{t(isPhotoEmpty ? 'camera.photoEmpty' : 'camera.hint')}</p>
      <div className="note-actions">
        {torch && (
          <Button aria-pressed={torch.isOn} onClick={torch.toggle}>
            {t('camera.torch')}
          </Button>
        )}
        <label className="button">
          {t('camera.photo')}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            className="only-heard"
            onChange={({ target }) => readPhoto(target.files?.[0])}
          />
        </label>
      </div>
    </Sheet>
  )
}

type Torch = { readonly isOn: boolean; readonly toggle: () => void }

function useCamera(video: React.RefObject<HTMLVideoElement | null>, onHit: (text: string) => void) {
  const [state, setState] = useState<'starting' | 'seeing' | 'denied'>('starting')
  const [track, setTrack] = useState<MediaStreamTrack>()
  const [isOn, setOn] = useState(false)
  const hit = useRef(onHit)
  hit.current = onHit
  useEffect(() => {
    const end = watch(video.current, { onText: (text) => hit.current(text), onTrack: setTrack, onState: setState })
    return end
  }, [video])
  const hasTorch = track !== undefined && 'torch' in track.getCapabilities()
  const toggle = () => {
    track?.applyConstraints(torchConstraint(!isOn)).then(
      () => setOn(!isOn),
      () => setOn(false),
    )
  }
  return { state, torch: hasTorch ? ({ isOn, toggle } satisfies Torch) : undefined }
}

/** Safe because a browser that has no torch ignores what it does not know. */
function torchConstraint(torch: boolean): MediaTrackConstraints {
  return { advanced: [{ torch } as MediaTrackConstraintSet] }
}

type Watcher = {
  readonly onText: (text: string) => void
  readonly onTrack: (track: MediaStreamTrack) => void
  readonly onState: (state: 'seeing' | 'denied') => void
}

/** @returns what ends it; the camera is off then. */
function watch(video: HTMLVideoElement | null, { onText, onTrack, onState }: Watcher): () => void {
  let isOver = false
  let stream: MediaStream | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = (detect: Detect) => {
    if (isOver || video === null) return
    detect(video).then(
      ([text]) => {
        if (isOver) return
        if (text === undefined) timer = setTimeout(() => look(detect), LOOK_EVERY_MS)
        else {
          navigator.vibrate?.(60)
          onText(text)
        }
      },
      () => {
        // A frame that is not there yet cannot be read.
        timer = setTimeout(() => look(detect), LOOK_EVERY_MS)
      },
    )
  }
  async function start(): Promise<void> {
    const media = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
    stream = media
    if (isOver || video === null) {
      for (const track of media.getTracks()) track.stop()
      return
    }
    video.srcObject = media
    await video.play()
    const [track] = media.getVideoTracks()
    if (track) onTrack(track)
    onState('seeing')
    look(await detector())
  }
  start().catch(() => onState('denied'))
  return () => {
    isOver = true
    clearTimeout(timer)
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
}
