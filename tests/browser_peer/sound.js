// What is to be heard in a stream: its loudest frequency and how loud that is.

const FFT_SIZE = 8192;

export class SoundWatch {
  constructor(stream) {
    const context = new AudioContext({ sampleRate: 48000 });
    this.binWidthHz = context.sampleRate / FFT_SIZE;
    this.analyser = new AnalyserNode(context, { fftSize: FFT_SIZE, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(stream).connect(this.analyser);
    context.resume();
  }

  report() {
    const levels = new Float32Array(this.analyser.frequencyBinCount);
    this.analyser.getFloatFrequencyData(levels);
    const loudest = levels.reduce((best, level, bin) => (level > levels[best] ? bin : best), 0);
    const level = levels[loudest];
    return { hz: loudest * this.binWidthHz, level_db: Number.isFinite(level) ? level : -200 };
  }
}
