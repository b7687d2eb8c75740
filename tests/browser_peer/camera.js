// A camera that is drawn: for a browser with a real microphone, which has no fake camera then.

const CELLS = 20; // as in tests/frame_code.py
const EVERY_MS = 1000 / 30;

// Draws the frame codes from 0 on; onFrame({ code, capturedAt }) is called with each, the time in
// ms since the epoch.
export function drawnCamera(width, height, onFrame) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const stream = canvas.captureStream(0);
  const [track] = stream.getVideoTracks();
  // Firefox has it on the stream, where an early draft had put it.
  const source = track.requestFrame ? track : stream;
  let number = 0;
  setInterval(() => {
    context.fillStyle = `hsl(${number % 360} 60% 50%)`;
    context.fillRect(0, 0, width, height);
    cellsOf(number % 4096).forEach((white, cell) => {
      context.fillStyle = white ? "#fff" : "#000";
      const left = Math.round((cell * width) / CELLS);
      const right = Math.round(((cell + 1) * width) / CELLS);
      context.fillRect(left, height * 0.45, right - left, height / 10);
    });
    source.requestFrame();
    onFrame({ code: number % 4096, capturedAt: performance.timeOrigin + performance.now() });
    number += 1;
  }, EVERY_MS);
  return track;
}

function cellsOf(number) {
  const check = ((number >> 8) + 2 * (number >> 4) + 3 * number + 5) & 15;
  const word = (number << 4) | check;
  const bits = Array.from({ length: 16 }, (_, place) => (word >> (15 - place)) & 1);
  return [1, 0, ...bits, 0, 1];
}
