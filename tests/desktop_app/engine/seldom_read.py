"""Reads the microphone every 60 ms, or later where the machine is slow, and prints how many seconds of
it came, and how many fit into what there is room for."""

import time

from PySide6.QtCore import QCoreApplication
from PySide6.QtMultimedia import QMediaDevices

from desktop_app.engine.capture.microphone import MicrophoneLine, Samples
from desktop_app.engine.capture.sound_source import BUFFER_US, SoundSource
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.sound_end import format_for
from desktop_app.engine.voice_processing import VoiceProcessing
from desktop_app.engine_messages import ProcessVoice

READ_EVERY_S = 0.06
FOR_S = 2.0


class _Line(MicrophoneLine):
    """Counts what comes."""

    count = 0

    def push(self, samples: Samples, held_back_s: float = 0.0) -> None:
        self.count += len(samples)


def main() -> None:
    application = QCoreApplication([])
    line, processing = _Line(lambda packet: None), VoiceProcessing()
    processing.choose(ProcessVoice(False, False, False))
    source = SoundSource(line, processing, lambda: None)
    device = QMediaDevices.defaultAudioInput()
    if not source.start(device, format_for(device, source.channels)):
        raise SystemExit("the microphone does not open")
    while not line.count:
        application.processEvents()
        source.move()
    line.count, could_come_s = 0, 0.0
    began_s = read_s = time.monotonic()
    while read_s < began_s + FOR_S:
        time.sleep(READ_EVERY_S)
        could_come_s += min(time.monotonic() - read_s, BUFFER_US / 1e6)
        read_s = time.monotonic()
        application.processEvents()
        source.move()
    print(line.count / SAMPLE_RATE, could_come_s)
    source.stop()


if __name__ == "__main__":
    main()
