"""Encrypts what Temporal stores: AES-256-GCM with named keys. The newest key encodes, all of them decode.

Plaintext is accepted when decoding, so that a foreign client can start a cohort with plain JSON.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from turnabout.errors import InvalidInput
from turnabout.messages import ENCODING

_CIPHER = b"AES-256-GCM"
_NONCE_BYTES = 12
_SECRET_BYTES = 32
_KEY_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")


@dataclass(frozen=True)
class PayloadKey:
    """A key of the codec: its id travels with every payload, its 32 secret bytes never do."""

    id: str
    secret: bytes

    def __post_init__(self) -> None:
        if not _KEY_ID.match(self.id):
            raise InvalidInput("A payload key's id is 1-63 letters, digits, dots or dashes.")
        if len(self.secret) != _SECRET_BYTES:
            raise InvalidInput(
                f"Payload key {self.id} has {len(self.secret)} bytes; AES-256 needs {_SECRET_BYTES}.",
                hint="Make one with PayloadKey.generate().",
            )

    def __repr__(self) -> str:
        return f"PayloadKey(id={self.id!r})"

    @classmethod
    def generate(cls, key_id: str) -> PayloadKey:
        """A fresh random key."""
        return cls(key_id, os.urandom(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> PayloadKey:
        """Read `id:base64` as settings and secret files hold it. Raises InvalidInput."""
        key_id, colon, secret = text.strip().partition(":")
        try:
            if colon:
                return cls(key_id, base64.b64decode(secret, validate=True))
        except binascii.Error:
            pass
        raise InvalidInput("A payload key cannot be read.", hint="Write it as id:base64.")

    def format(self) -> str:
        """The key as `id:base64`. Secret."""
        return f"{self.id}:{base64.b64encode(self.secret).decode()}"


class EncryptingCodec(PayloadCodec):
    """Seals whole payloads, their metadata included. The first key encodes; all of them decode.

    One that is `lenient` passes on what it cannot open. A worker needs that: an error here fails its whole
    task, and one caller with a wrong key would keep a stream from answering anybody; passed on, the payload
    cannot be read where it is used, and that call alone is refused.
    """

    def __init__(self, keys: Sequence[PayloadKey], *, lenient: bool = False) -> None:
        if not keys:
            raise InvalidInput(
                "The payload codec needs at least one key.", hint="Newest first, as id:base64."
            )
        self._newest = keys[0].id
        self._lenient = lenient
        self._ciphers = {key.id: AESGCM(key.secret) for key in keys}
        if len(self._ciphers) != len(keys):
            raise InvalidInput("Two payload keys have the same id.")

    async def encode(self, payloads: Iterable[Payload]) -> list[Payload]:
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Iterable[Payload]) -> list[Payload]:
        return [self._passed(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        nonce = os.urandom(_NONCE_BYTES)
        key_id = self._newest.encode()
        sealed = self._ciphers[self._newest].encrypt(nonce, payload.SerializeToString(), key_id)
        return Payload(
            metadata={"encoding": ENCODING, "encryption-cipher": _CIPHER, "encryption-key-id": key_id},
            data=nonce + sealed,
        )

    def _passed(self, payload: Payload) -> Payload:
        try:
            return self._open(payload)
        except InvalidInput:
            if self._lenient:
                return payload
            raise

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata.get("encryption-key-id", b"").decode(errors="replace")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise InvalidInput(
                f"A payload was encrypted with key {key_id!r}, which is not among those configured "
                f"({', '.join(self._ciphers)}).",
                hint="Add that key to the payload keys; the first one listed encodes.",
            )
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, sealed, key_id.encode()))
        except (InvalidTag, ValueError) as error:
            raise InvalidInput(
                f"A payload encrypted with key {key_id!r} cannot be opened.",
                hint="The configured secret differs, or the payload was altered.",
            ) from error


def data_converter(keys: Sequence[PayloadKey], *, lenient: bool = False) -> DataConverter:
    """How every Turnabout process talks to Temporal: pydantic JSON, sealed, failures included.

    `keys` are newest first; at least one. Workers are `lenient` (see the codec). Raises InvalidInput.
    """
    return DataConverter(
        payload_converter_class=PydanticPayloadConverter,
        payload_codec=EncryptingCodec(keys, lenient=lenient),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
