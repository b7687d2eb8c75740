"""What a compressed picture says of itself, read without decoding it."""

from collections.abc import Iterator

_HIGH_PROFILES = frozenset((100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135))
_START = b"\x00\x00\x01"
_IDR, _SEQUENCE_PARAMETERS = 5, 7


def begins_key_frame(codec: str, data: bytes) -> bool:
    """Whether one packet's part of an "H264" (Annex B) or "VP8" picture is a key frame's first."""
    if codec == "VP8":
        return vp8_size(data) is not None
    begin, _ = next(_units(data), (len(data), 0))
    return begin <= 4 and begin < len(data) and data[begin] & 0x1F == _SEQUENCE_PARAMETERS


def is_key_frame(codec: str, data: bytes) -> bool:
    """Whether a whole picture needs none before it."""
    if codec == "VP8":
        return vp8_size(data) is not None
    return any(data[begin] & 0x1F == _IDR for begin, _ in _units(data))


def vp8_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a VP8 key frame (RFC 6386, section 9.1), else None."""
    if len(data) < 10 or data[0] & 1 or data[3:6] != b"\x9d\x01\x2a":
        return None
    width = int.from_bytes(data[6:8], "little") & 0x3FFF
    height = int.from_bytes(data[8:10], "little") & 0x3FFF
    return width, height


def h264_size(data: bytes) -> tuple[int, int] | None:
    """Return the largest size that a sequence parameter set in Annex B data announces.

    Width and height are of whole macroblocks less the cropping (H.264, section 7.3.2.1.1).
    """
    largest: tuple[int, int] | None = None
    for begin, end in _units(data):
        if data[begin] & 0x1F != _SEQUENCE_PARAMETERS:
            continue
        unit = data[begin:end][:256]
        try:
            size = _sequence_size(_Bits(unit[1:].replace(b"\x00\x00\x03", b"\x00\x00")))
        except IndexError:
            continue
        if largest is None or size[0] * size[1] > largest[0] * largest[1]:
            largest = size
    return largest


def _units(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each unit of Annex B data begins and ends; none of them is empty."""
    start = data.find(_START)
    while start != -1:
        begin = start + len(_START)
        start = data.find(_START, begin)
        if begin < len(data):
            yield begin, start if start != -1 else len(data)


class _Bits:
    """Reads bits and Exp-Golomb numbers; IndexError at the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def flag(self) -> int:
        byte, bit = divmod(self._position, 8)
        self._position += 1
        return self._data[byte] >> (7 - bit) & 1

    def bits(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self.flag()
        return value

    def number(self) -> int:
        zeros = 0
        while not self.flag():
            zeros += 1
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        value = self.number()
        return (value + 1) // 2 if value & 1 else -(value // 2)


def _sequence_size(bits: _Bits) -> tuple[int, int]:
    profile = bits.bits(8)
    bits.bits(16)  # constraints, level
    bits.number()  # seq_parameter_set_id
    chroma = _chroma(bits) if profile in _HIGH_PROFILES else 1
    bits.number()  # log2_max_frame_num_minus4
    _skip_picture_order(bits)
    bits.number()  # max_num_ref_frames
    bits.flag()  # gaps_in_frame_num_value_allowed_flag
    width = (bits.number() + 1) * 16
    height = (bits.number() + 1) * 16
    frames_only = bits.flag()
    if not frames_only:
        height *= 2
        bits.flag()  # mb_adaptive_frame_field_flag
    bits.flag()  # direct_8x8_inference_flag
    if bits.flag():
        left, right, top, bottom = (bits.number() for _ in range(4))
        across = 2 if chroma in (1, 2) else 1
        down = (2 if chroma == 1 else 1) * (1 if frames_only else 2)
        width -= (left + right) * across
        height -= (top + bottom) * down
    return width, height


def _chroma(bits: _Bits) -> int:
    chroma = bits.number()
    if chroma == 3:
        bits.flag()  # separate_colour_plane_flag
    bits.number()  # bit_depth_luma_minus8
    bits.number()  # bit_depth_chroma_minus8
    bits.flag()  # qpprime_y_zero_transform_bypass_flag
    if bits.flag():
        for index in range(12 if chroma == 3 else 8):
            if bits.flag():
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma


def _skip_scaling_list(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _skip_picture_order(bits: _Bits) -> None:
    kind = bits.number()
    if kind == 0:
        bits.number()  # log2_max_pic_order_cnt_lsb_minus4
    elif kind == 1:
        bits.flag()  # delta_pic_order_always_zero_flag
        bits.signed()  # offset_for_non_ref_pic
        bits.signed()  # offset_for_top_to_bottom_field
        for _ in range(bits.number()):
            bits.signed()  # offset_for_ref_frame
