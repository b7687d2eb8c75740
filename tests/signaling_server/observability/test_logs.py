import json
import logging

from signaling_server.observability.logs import JsonLines


def test_a_log_line_for_machines_is_one_json_object():
    record = logging.LogRecord("server", logging.INFO, "", 0, "closed after %d s", (3,), None)

    line = JsonLines().format(record)

    assert "\n" not in line
    assert json.loads(line)["message"] == "closed after 3 s"
    assert json.loads(line)["level"] == "info"
