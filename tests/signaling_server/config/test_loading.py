import re
from pathlib import Path

import pytest
from msgspec.structs import asdict

from signaling_server.config.loading import ConfigError, load_config
from signaling_server.config.model import Config, Turn
from signaling_server.config.rendering import HIDDEN, render
from signaling_server.protocol.messages import IceServer

FILE = """
host = ["127.0.0.1", "::1"]
port = 9000
allowed_origins = ["https://chat.example"]
resume_call_s = 30

[[ice_servers]]
urls = ["turn:turn.example:3478?transport=udp"]
username = "passerby"
credential = "s3cret \\"quoted\\""
"""

PACKAGED = Path(__file__).parents[3] / "build_scripts" / "server" / "passerby.toml"

FRACTIONS = [name for name, value in asdict(Config()).items() if isinstance(value, float)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "passerby.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_each_setting_of_the_packaged_file_can_be_taken_out_of_its_comment(tmp_path: Path):
    packaged = PACKAGED.read_text(encoding="utf-8")
    file = tmp_path / "passerby.toml"
    file.write_text(re.sub(r"^#(?! )", "", packaged, flags=re.MULTILINE), encoding="utf-8")

    assert load_config({}, {}, file).port == Config().port
    assert load_config({}, {}, file).turn is not None


@pytest.mark.parametrize("mark", ["/", "?", "#"])
def test_a_password_that_cuts_its_address_short_is_not_told(mark: str):
    with pytest.raises(ConfigError) as refusal:
        load_config({"backend": f"redis://:north{mark}star@localhost:6379"}, {}, None)

    assert "north" not in str(refusal.value)
    assert "star" not in str(refusal.value)


def test_nothing_needs_to_be_configured():
    assert load_config({}, {}, None) == Config()


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(file: Path):
    environment = {"PASSERBY_SERVER_PORT": "9001", "PASSERBY_SERVER_HOST": "192.0.2.1, ::1"}

    assert load_config({}, {}, file).port == 9000
    assert load_config({}, environment, file).port == 9001
    assert load_config({"port": None}, environment, file).port == 9001
    assert load_config({"port": 9002}, environment, file).port == 9002
    assert load_config({}, environment, file).host == ["192.0.2.1", "::1"]
    assert load_config({}, {}, file).host == ["127.0.0.1", "::1"]


def test_ice_servers_come_from_the_file_or_as_json_from_the_environment(file: Path):
    variable = {"PASSERBY_SERVER_ICE_SERVERS": '[{"urls": ["stun:stun.example"]}]'}

    assert load_config({}, {}, file).ice_servers[0].username == "passerby"
    assert load_config({}, variable, file).ice_servers == [IceServer(["stun:stun.example"])]


@pytest.mark.parametrize(
    "origin", ["chat.example", "https://chat.example/", "https://Chat.example", "https://", ""]
)
def test_an_origin_that_no_browser_sends_is_refused(origin: str):
    with pytest.raises(ConfigError, match="allowed-origins"):
        load_config({"allowed_origins": [origin]}, {}, None)


@pytest.mark.parametrize("origin", ["*", "null", "http://localhost:3000", "https://[::1]:8443"])
def test_an_origin_as_browsers_send_it_is_taken(origin: str):
    assert load_config({"allowed_origins": [origin]}, {}, None).allowed_origins == [origin]


def test_every_list_of_texts_comes_from_the_environment_split_at_commas():
    variable = {"PASSERBY_SERVER_HOST_NAMES": "example.org, chat.example.org"}

    assert load_config({}, variable, None).host_names == ["example.org", "chat.example.org"]


def test_a_relay_may_be_named_by_an_ipv6_address(tmp_path: Path):
    file = tmp_path / "relay.toml"
    file.write_text('[turn]\nurls = ["turn:[::1]:3478?transport=tcp"]\nsecret = "x"\n')

    assert load_config({}, {}, file).turn == Turn(
        urls=["turn:[::1]:3478?transport=tcp"], secret="x"
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("port = ", ["passerby.toml", "not valid TOML"]),
        ('port = "9000"', ["passerby.toml", "port", "a whole number", "a text"]),
        ("port = 70000", ["passerby.toml", "port", "65535"]),
        ("prot = 9000", ["passerby.toml", "prot", "did you mean 'port'"]),
        ("max_connections = 0", ["passerby.toml", "max_connections"]),
        ('trusted_proxies = "::1"', ["passerby.toml", "trusted_proxies", "a list"]),
        ('log_level = "loud"', ["passerby.toml", "log_level", "loud", "debug", "error"]),
        ('proxy_header = "x"', ["passerby.toml", "proxy_header", "x-forwarded-for", "forwarded"]),
        ("[[ice_servers]]\nurls = 7", ["passerby.toml", "ice_servers", "urls"]),
        ('[turn]\nurls = ["turn:r"]', ["passerby.toml", "turn", "secret"]),
        ('[turn]\nurls = ["http:r"]\nsecret = "x"', ["passerby.toml", "turn", "urls"]),
        ('[turn]\nurls = ["turn:r"]\nsecret = "x"\nttl = 5', ["passerby.toml", "turn", "ttl"]),
        ('[turn]\nurls = ["turn:r:99999"]\nsecret = "x"', ["turn:r:99999", "0-65535"]),
        ('[turn]\nurls = ["turn:r:0"]\nsecret = "x"', ["turn:r:0", "port"]),
        ('[turn]\nurls = ["turn:[::g]:1"]\nsecret = "x"', ["turn", "urls"]),
        ('[turn]\nurls = ["turn:[::1::2]:1"]\nsecret = "x"', ["turn:[::1::2]:1"]),
        ('backend = "redis://:x@localhost:abc"', ["backend", "abc"]),
        ('backend = "redis://localhost?socket_timeout=soon"', ["backend", "socket_timeout"]),
        ('backend = "redis://:secret[pw@localhost/0"', ["backend", "%5B"]),
        ('backend = "redis://:secret/tail#x@localhost/0"', ["backend", "%2F"]),
        ('backend = "redis://localhost/abc"', ["backend", "'abc'", "redis://HOST/1"]),
        ('backend = "redis://localhost?ssl_ca_certs=ca.pem"', ["backend", "ssl_ca_certs"]),
        ('[[pools]]\nname = "a"\n[[pools]]\nname = "a"', ["pools", "'a'"]),
        (f'moderators_key = "{"A" * 43}"', ["moderators_key", "make-key"]),
        (f'moderators_key = "{"!" * 43}"', ["moderators_key", "make-key"]),
        ('tls_cert = "cert.pem"', ["tls_key", "tls_cert"]),
        ('database = "foo://x"', ["database", "sqlite://", "postgresql://"]),
        (
            'metrics_port = 65535\nworkers = 2\nbackend = "redis://localhost"',
            ["metrics_port", "65536"],
        ),
        ('[turn]\nurls = ["turn:r"]\nsecret = "x"\nttl_s = inf', ["turn", "ttl_s"]),
        ('host_names = ["Example.org"]', ["host_names", "a host name in lower case"]),
        ('allowed_origins = ["example.org"]', ["allowed_origins", "https://example.org"]),
        ('turn = {urls = ["turn://r"], secret = "x"}', ["turn", "turn:HOST"]),
        ('come_back_to = "https://example.org"', ["come_back_to", "wss://HOST"]),
        ('backend = "mysql://localhost"', ["backend", "redis://HOST"]),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(file: Path, text: str, parts: list[str]):
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as refusal:
        load_config({}, {}, file)

    sentence = str(refusal.value)
    assert all(part in sentence for part in parts), sentence
    assert sentence.endswith(".") and "\n" not in sentence
    assert "regex" not in sentence


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"absent\.toml: cannot be read"):
        load_config({}, {}, tmp_path / "absent.toml")


def test_a_bad_variable_is_named():
    with pytest.raises(ConfigError, match="PASSERBY_SERVER_PORT"):
        load_config({}, {"PASSERBY_SERVER_PORT": "many"}, None)
    with pytest.raises(ConfigError, match="PASSERBY_SERVER_ICE_SERVERS: not valid JSON"):
        load_config({}, {"PASSERBY_SERVER_ICE_SERVERS": "stun:stun.example"}, None)


def test_a_mistyped_variable_is_named_and_those_of_others_are_passed_over():
    with pytest.raises(ConfigError, match=r"_HOSTS: there is no .* 'PASSERBY_SERVER_HOST'"):
        load_config({}, {"PASSERBY_SERVER_HOSTS": "192.0.2.1"}, None)
    # As Kubernetes makes them for a service of this name.
    others = {
        "PASSERBY_SERVER_SERVICE_HOST": "192.0.2.1",
        "PASSERBY_SERVER_PORT_8765_TCP_PROTO": "tcp",
    }
    own = {"PASSERBY_SERVER_CONFIG": "file", "PASSERBY_SERVER_WORKER": "3:1"}
    assert load_config({}, others | own, None) == load_config({}, {}, None)


def test_a_bad_option_is_named():
    with pytest.raises(ConfigError, match="--port"):
        load_config({"port": 99_999}, {}, None)


def test_what_is_printed_can_be_read_back_but_for_the_secrets(file: Path, tmp_path: Path):
    config = load_config({}, {}, file)
    printed = tmp_path / "printed.toml"
    printed.write_text(render(config), encoding="utf-8")

    again = load_config({}, {}, printed)

    assert "s3cret" not in printed.read_text(encoding="utf-8")
    assert again.ice_servers[0].credential == HIDDEN
    assert again.ice_servers[0].urls == config.ice_servers[0].urls
    assert {
        name: getattr(again, name) for name in Config.__struct_fields__ if name != "ice_servers"
    } == {name: getattr(config, name) for name in Config.__struct_fields__ if name != "ice_servers"}


def test_the_relay_comes_from_the_file_or_as_json_from_the_environment(tmp_path: Path):
    file = tmp_path / "relay.toml"
    file.write_text('[turn]\nurls = ["turn:r.example"]\nsecret = "n0rth"\nttl_s = 60\n')
    variable = {
        "PASSERBY_SERVER_TURN": '{"urls": ["turns:r.example:443?transport=tcp"], "secret": "x"}'
    }

    config = load_config({}, {}, file)

    assert config.turn == Turn(urls=["turn:r.example"], secret="n0rth", ttl_s=60.0)
    assert load_config({}, variable, file).turn == Turn(
        urls=["turns:r.example:443?transport=tcp"], secret="x"
    )
    printed = render(config)
    assert "n0rth" not in printed
    file.write_text(printed, encoding="utf-8")
    assert load_config({}, {}, file).turn == Turn(
        urls=["turn:r.example"], secret=HIDDEN, ttl_s=60.0
    )


def test_the_defaults_print_and_read_back(tmp_path: Path):
    printed = tmp_path / "printed.toml"
    printed.write_text(render(Config()), encoding="utf-8")

    assert load_config({}, {}, printed) == Config()
    for name in Config.__struct_fields__:
        assert re.search(f"^(# )?{name} ", printed.read_text(encoding="utf-8"), re.MULTILINE)


def test_no_secret_is_printed():
    config = Config(
        secret="the-secret-of-the-server-itself-0123",
        database="postgresql://passerby:pass@word/x@db.example/passerby?password=anoth3r",
        turn=Turn(urls=["turn:turn.example"], secret="the secret of the relay"),
        ice_servers=[IceServer(["turn:turn.example"], "name", "the credential")],
    )
    printed = render(config)

    assert "db.example/passerby" in printed
    for secret in ("the-secret", "pass@word", "anoth3r", "the secret of", "the credential"):
        assert secret not in printed


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('trusted_proxies = ["10.0.0.1/8"]', "trusted_proxies"),
        ('unlimited_addresses = ["home"]', "unlimited_addresses"),
        ('proxy_header = "x-real-ip"', "proxy_header"),
        ('proxy_header = "proxy-protocol"\ntls_cert = "a"\ntls_key = "b"', "proxy_header"),
        ('secret = "short"', "secret"),
        ('moderators_key = "short"', "moderators_key"),
    ],
)
def test_settings_of_the_door_are_checked(tmp_path: Path, text: str, named: str):
    file = tmp_path / "passerby.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=named):
        load_config({}, {}, file)


@pytest.mark.parametrize("number", ["inf", "-inf", "nan"])
@pytest.mark.parametrize("name", FRACTIONS)
def test_a_number_has_an_end(tmp_path: Path, name: str, number: str):
    file = tmp_path / "passerby.toml"
    file.write_text(f"{name} = {number}", encoding="utf-8")

    for environment, named in (({}, file), ({f"PASSERBY_SERVER_{name.upper()}": number}, None)):
        with pytest.raises(ConfigError, match=f"(?i){name}"):
            load_config({}, environment, named)
