"""Seals: what they hold, what breaks them, and where their key comes from."""

import base64
import hashlib
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, strategies

from kit import seals
from kit.seals import PrivateKey, Seal, current_key, new_secret, seal, verify

SECRET = base64.b64encode(bytes(range(32))).decode()
KEY = PrivateKey(SECRET)
PUBLIC = {KEY.id: KEY.public}
TEXT = '{"said":"Reçu le 26 février 2018"}'.encode()


def test_seal_is_that_of_the_standard():
    """RFC 8032, §7.1, test 1: seals made today are checked in ten years, by other tools than ours."""
    key = PrivateKey(base64.b64encode(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")).decode())

    assert base64.b64decode(key.public).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert base64.b64decode(key.seal(b"").text).hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_key_is_named_after_its_public_half():
    assert hashlib.sha256(base64.b64decode(KEY.public)).hexdigest()[:16] == KEY.id == "56475aa75463474c"


@given(strategies.binary(max_size=200))
def test_seal_holds_for_its_bytes(data):
    assert verify(data, KEY.seal(data), PUBLIC)


@given(strategies.integers(0, len(TEXT) - 1), strategies.integers(1, 255))
def test_any_flipped_byte_is_found(place, mask):
    edited = bytearray(TEXT)
    edited[place] ^= mask

    assert not verify(bytes(edited), KEY.seal(TEXT), PUBLIC)


@given(strategies.integers(0, 63), strategies.integers(1, 255))
def test_any_flipped_byte_of_the_seal_is_found(place, mask):
    edited = bytearray(base64.b64decode(KEY.seal(TEXT).text))
    edited[place] ^= mask

    assert not verify(TEXT, Seal(KEY.id, base64.b64encode(edited).decode()), PUBLIC)


@pytest.mark.parametrize("edited", [TEXT + b" ", TEXT[:-1], b""])
def test_longer_or_shorter_bytes_are_found(edited):
    assert not verify(edited, KEY.seal(TEXT), PUBLIC)


def test_another_key_is_found():
    other = PrivateKey(new_secret())

    assert not verify(TEXT, Seal(KEY.id, other.seal(TEXT).text), PUBLIC)
    assert not verify(TEXT, other.seal(TEXT), PUBLIC)


@pytest.mark.parametrize("text", ["", "é", "AAAA", "A" * 88, "not base64!"])
def test_what_is_no_seal_is_refused_quietly(text):
    assert not verify(TEXT, Seal(KEY.id, text), PUBLIC)


@pytest.mark.parametrize("public", ["", "AAAA", "é", base64.b64encode(b"\xff" * 32).decode()])
def test_what_is_no_public_key_is_refused_quietly(public):
    assert not verify(TEXT, KEY.seal(TEXT), {KEY.id: public})


@pytest.mark.parametrize("secret", ["", "AAAA", "é", "x" * 44, base64.b64encode(bytes(31)).decode()])
def test_what_is_no_key_is_refused_with_a_sentence(secret):
    with pytest.raises(ValueError, match="32 bytes in base64"):
        PrivateKey(secret)


def test_new_keys_differ():
    assert PrivateKey(new_secret()).id != PrivateKey(new_secret()).id


def test_without_a_key_nothing_is_sealed(settings):
    settings.SEAL_KEY, settings.SEAL_KEY_FILE = "", None

    assert (current_key(), seal(TEXT)) == (None, None)


def test_key_of_the_settings_seals(settings):
    settings.SEAL_KEY = SECRET

    assert seal(TEXT) == KEY.seal(TEXT)


def test_file_is_made_once_for_its_owner_alone(settings, tmp_path):
    settings.SEAL_KEY, settings.SEAL_KEY_FILE = "", tmp_path / "new" / "seal.key"

    first = current_key()
    seals._key_of.cache_clear()

    assert current_key().id == first.id
    assert stat.S_IMODE(settings.SEAL_KEY_FILE.stat().st_mode) == 0o600
    assert [path.name for path in settings.SEAL_KEY_FILE.parent.iterdir()] == ["seal.key"]


def test_processes_that_make_the_file_at_once_read_the_same_key(tmp_path):
    file = tmp_path / "seal.key"

    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: seals._kept_in(file), range(8)))

    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["seal.key"]


def test_file_made_by_another_meanwhile_is_the_one_read(tmp_path, monkeypatch):
    file = tmp_path / "seal.key"

    def overtaken() -> str:
        file.write_text(SECRET)
        return new_secret()

    monkeypatch.setattr(seals, "new_secret", overtaken)

    assert seals._kept_in(file) == SECRET
