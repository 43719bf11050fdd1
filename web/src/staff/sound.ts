/** Two short tones, so that a cashier need not look: up for done, down for what needs eyes. */
let audio: AudioContext | undefined

const TONES = { done: [880, 1_320], problem: [440, 330] } as const

export function play(sound: keyof typeof TONES): void {
  audio ??= new AudioContext()
  const context = audio
  // Browsers keep sound off until a key was pressed; a desk without sound is a quiet desk.
  context.resume().catch(() => undefined)
  TONES[sound].forEach((hertz, index) => {
    const start = context.currentTime + index * 0.09
    const tone = context.createOscillator()
    const volume = context.createGain()
    tone.frequency.value = hertz
    volume.gain.setValueAtTime(0.08, start)
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.12)
    tone.connect(volume).connect(context.destination)
    tone.start(start)
    tone.stop(start + 0.13)
  })
}
