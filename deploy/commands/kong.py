"""`openpolicy kong`: Kong's declarative file."""

from collections.abc import Sequence
from pathlib import Path

from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import Settings

_PEM = "-----BEGIN PUBLIC KEY-----"


def declarative_file(
    target: str, redis_host: str, traces_url: str, jwt_keys: Sequence[str], *, deadline_ms: int = Settings().deadline_ms
) -> str:
    """The file as YAML; each of `jwt_keys` is an issuer, an equals sign and the file of its public key; the services
    give a request up after `deadline_ms`.

    Raises:
        SettingInvalid: a key is not written so, or its file is not a public key in PEM.
    """
    from deploy.edge.declaration import declare
    from deploy.edge.kong import render

    keys = dict(_key(text) for text in jwt_keys)
    return render(declare(deadline_ms), target=target, redis_host=redis_host, traces_url=traces_url, jwt_keys=keys)


def _key(text: str) -> tuple[str, str]:
    issuer, equals, file = text.rpartition("=")
    if not equals or not issuer or not file:
        raise SettingInvalid(f"--jwt-key is {text!r}.", fix="It must be ISSUER=FILE.")
    try:
        key = Path(file).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(f"The key of {issuer} cannot be read: {error}.", fix="Give a file in PEM.") from error
    if not key.startswith(_PEM):
        raise SettingInvalid(f"{file} is not a public key in PEM.", fix=f"Its first line must be {_PEM}")
    return issuer, key
