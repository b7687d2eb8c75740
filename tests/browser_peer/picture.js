// What is to be seen in a <video>: the frame code of tests/frame_code.py, and its mean colour.

const CELLS = 20; // as in tests/frame_code.py
const SAMPLE_WIDTH = CELLS * 8;
const SAMPLE_HEIGHT = 90;

export class PictureWatch {
  // onFrame({ code, shownAt, capturedAt }) is called once for each frame that is shown: when it
  // was handed to the screen and, for an own camera, when it was captured, in ms since the
  // epoch; code is null where there is none. reads: whether to look for codes, which costs time.
  constructor(video, onFrame) {
    this.video = video;
    this.onFrame = onFrame;
    this.frames = 0; // in which this page was called
    this.presented = 0; // that went to the screen, with those for which it was called too late
    this.codes = 0; // frames in which a code was read
    this.lastCode = null;
    this.reads = true;
    const canvas = new OffscreenCanvas(SAMPLE_WIDTH, SAMPLE_HEIGHT);
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    const watch = (now, metadata) => {
      this.frame(metadata);
      video.requestVideoFrameCallback(watch);
    };
    video.requestVideoFrameCallback(watch);
  }

  report() {
    return {
      frames: this.frames,
      codes: this.codes,
      last_code: this.lastCode,
      width: this.video.videoWidth,
      height: this.video.videoHeight,
      colour: this.frames ? this.meanColour() : null,
    };
  }

  frame(metadata) {
    this.frames += 1;
    this.presented = metadata.presentedFrames;
    const code = this.reads ? this.readCode() : null;
    if (code !== null) {
      this.codes += 1;
      this.lastCode = code;
    }
    const epoch = performance.timeOrigin;
    const { presentationTime, captureTime } = metadata;
    this.onFrame({ code, shownAt: epoch + presentationTime, capturedAt: epoch + captureTime });
  }

  // The strip lies in the middle tenth of the picture, CELLS cells beside each other.
  readCode() {
    const { videoWidth: width, videoHeight: height } = this.video;
    const top = height * 0.45;
    this.context.drawImage(this.video, 0, top, width, height / 10, 0, 0, SAMPLE_WIDTH, 8);
    const pixels = this.context.getImageData(0, 2, SAMPLE_WIDTH, 4).data;
    const cells = [];
    for (let cell = 0; cell < CELLS; cell += 1) cells.push(brightness(pixels, cell * 8 + 2, 4));
    return decodeCells(cells);
  }

  meanColour() {
    this.context.drawImage(this.video, 0, 0, SAMPLE_WIDTH, SAMPLE_HEIGHT);
    const { data } = this.context.getImageData(0, 0, SAMPLE_WIDTH, SAMPLE_HEIGHT);
    const sums = [0, 0, 0];
    for (let at = 0; at < data.length; at += 4)
      for (let part = 0; part < 3; part += 1) sums[part] += data[at + part];
    return sums.map((sum) => Math.round((sum * 4) / data.length));
  }
}

function brightness(pixels, left, width) {
  let sum = 0;
  for (let y = 0; y < 4; y += 1)
    for (let x = left; x < left + width; x += 1) sum += pixels[(y * SAMPLE_WIDTH + x) * 4 + 1];
  return sum / (4 * width);
}

// Cells: white, black, 12 bits of the number, 4 bits of check, black, white.
function decodeCells(cells) {
  const white = (cells[0] + cells[CELLS - 1]) / 2;
  const black = (cells[1] + cells[CELLS - 2]) / 2;
  if (white - black < 60) return null;
  const bits = cells.slice(2, CELLS - 2).map((value) => (value > (white + black) / 2 ? 1 : 0));
  const word = bits.reduce((sum, bit) => sum * 2 + bit, 0);
  const number = word >> 4;
  const check = ((number >> 8) + 2 * (number >> 4) + 3 * number + 5) & 15;
  return check === (word & 15) ? number : null;
}
