"""What the demo has seen, for people and as JSON."""

import dataclasses
import json

LEAST_PICTURES = 15


@dataclasses.dataclass
class DemoReport:
    """Everything but failure is keyed by who saw, heard, got or pressed it."""

    paired: bool = False
    frames_painted: dict[str, int] = dataclasses.field(default_factory=dict)
    """Pictures of strangers, per window."""
    sound_heard: dict[str, bool] = dataclasses.field(default_factory=dict)
    chat_delivered: dict[str, bool] = dataclasses.field(default_factory=dict)
    next_ms: dict[str, float] = dataclasses.field(default_factory=dict)
    """From F9 to the first painted picture of the new call."""
    screenshots: list[str] = dataclasses.field(default_factory=list)
    failure: str | None = None

    @property
    def complete(self) -> bool:
        """Whether every step was really seen."""
        return (
            self.failure is None
            and self.paired
            and len(self.frames_painted) == 3
            and min(self.frames_painted.values()) >= LEAST_PICTURES
            and len(self.sound_heard) == len(self.chat_delivered) == len(self.next_ms) == 2
            and all(self.sound_heard.values())
            and all(self.chat_delivered.values())
            and len(self.screenshots) == 3
        )

    def as_json(self) -> str:
        return json.dumps({"complete": self.complete, **dataclasses.asdict(self)})

    def as_text(self) -> str:
        rows = [
            f"Paired:           {'yes' if self.paired else 'no'}",
            f"Pictures painted: {_listed(self.frames_painted)}",
            f"Sound heard:      {_listed(self.sound_heard)}",
            f"Text delivered:   {_listed(self.chat_delivered)}",
            f"Next, in ms:      {_listed(self.next_ms)}",
            f"Screenshots:      {', '.join(self.screenshots) or 'none'}",
            "Every step was seen." if self.complete else f"Not seen: {self.failure or 'see above'}",
        ]
        return "\n".join(rows)


def _listed(figures: "dict[str, int] | dict[str, bool] | dict[str, float]") -> str:
    words = {True: "yes", False: "no"}
    return ", ".join(
        f"{name} {words[value] if isinstance(value, bool) else round(value)}"
        for name, value in figures.items()
    )
