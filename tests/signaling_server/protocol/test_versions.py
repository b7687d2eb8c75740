from signaling_server.protocol.versions import VERSIONS, Feature, choose_version, known_features


def test_the_newest_shared_version_is_chosen():
    assert choose_version([99, VERSIONS[0], 0]) == VERSIONS[0]
    assert choose_version([99]) is None


def test_unknown_features_are_passed_over():
    assert known_features(["hologram", "paired-descriptions"]) == {Feature.PAIRED_DESCRIPTIONS}
