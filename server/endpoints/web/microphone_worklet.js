// Collects what the microphone hears, on the audio thread, into pieces of 100 ms.
const PIECE_SAMPLES = 2400;

registerProcessor("microphone", class extends AudioWorkletProcessor {
  piece = new Float32Array(PIECE_SAMPLES);
  filled = 0;

  process([[samples]]) {
    for (const sample of samples ?? []) {
      this.piece[this.filled++] = sample;
      if (this.filled === PIECE_SAMPLES) {
        this.port.postMessage(this.piece);
        this.piece = new Float32Array(PIECE_SAMPLES);
        this.filled = 0;
      }
    }
    return true;
  }
});
