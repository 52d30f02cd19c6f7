// Two short tones made on the spot: no sound file is loaded. Off unless the shopper turns it on.

const TUNES = { yes: [[880, 0.09]], ask: [[520, 0.12], [390, 0.16]], here: [[660, 0.15], [880, 0.15], [660, 0.15], [880, 0.3]] };

let context = null;

export function play(name) {
  context ??= new AudioContext();
  let at = context.currentTime;
  for (const [pitch, length] of TUNES[name]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.12, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + length);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + length);
    at += length;
  }
}
