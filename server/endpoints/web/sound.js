// Sound in and out: 24 kHz, mono, 16-bit PCM as base64, as the protocol has it.
const RATE = 24000;
let context;

// Browsers let a page make sound only after its user has done something: call this from a click or a key.
export async function allowSound() {
  context ??= new AudioContext({ sampleRate: RATE });
  await context.resume();
}

export class MicrophoneError extends Error {}

const ADVICE = {
  NotAllowedError: "The browser may not use the microphone. Allow it next to the address, then press Microphone again.",
  NotFoundError: "No microphone was found. Connect one, then press Microphone again.",
  NotReadableError: "Another program holds the microphone. Close it, then press Microphone again.",
};

export class Microphone {
  // Raises MicrophoneError, whose message says what the user can do.
  static async open(hear) {
    if (!window.isSecureContext || !navigator.mediaDevices)
      throw new MicrophoneError("Browsers give the microphone to https pages and to localhost only. Open this page in one of these ways. You can type here.");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, channelCount: 1 } });
    } catch (error) {
      throw new MicrophoneError(`${ADVICE[error.name] ?? `The microphone cannot be used: ${error.message}.`} You can type meanwhile.`);
    }
    await allowSound();
    await context.audioWorklet.addModule("page/microphone_worklet.js");
    const node = new AudioWorkletNode(context, "microphone");
    node.port.onmessage = ({ data }) => hear(encoded(data));
    context.createMediaStreamSource(stream).connect(node);
    return new Microphone(stream, node);
  }

  constructor(stream, node) {
    this.stream = stream;
    this.node = node;
  }

  close() {
    for (const track of this.stream.getTracks()) track.stop();
    this.node.disconnect();
  }
}

function encoded(samples) {
  const pcm = Int16Array.from(samples, sample => Math.max(-1, Math.min(1, sample)) * 32767);
  return btoa(String.fromCharCode(...new Uint8Array(pcm.buffer)));
}

// Plays the pieces of a reply one after another, and knows how much of it was heard.
export class Playback {
  item = null;
  #startedAt = 0;
  #until = 0;
  #sources = new Set();

  constructor(changed) {
    this.changed = changed;
  }

  get active() {
    return this.#sources.size > 0;
  }

  play(item, base64) {
    const pcm = new Int16Array(Uint8Array.from(atob(base64), letter => letter.charCodeAt(0)).buffer);
    const buffer = context.createBuffer(1, pcm.length, RATE);
    buffer.copyToChannel(Float32Array.from(pcm, value => value / 32768), 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    const start = Math.max(context.currentTime, this.#until);
    if (this.item !== item) [this.item, this.#startedAt] = [item, start];
    source.start(start);
    this.#until = start + buffer.duration;
    this.#sources.add(source);
    source.onended = () => { this.#sources.delete(source); this.changed(); };
    this.changed();
  }

  // Stops, and returns the item that was playing and the milliseconds of it that were heard; null when it was silent.
  stop() {
    if (!this.active) return null;
    const heard = { item: this.item, ms: Math.max(0, Math.floor((context.currentTime - this.#startedAt) * 1000)) };
    for (const source of this.#sources) { source.onended = null; source.stop(); }
    this.#sources.clear();
    this.#until = 0;
    this.changed();
    return heard;
  }
}
