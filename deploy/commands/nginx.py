"""`openpolicy nginx`: nginx's configuration."""

from collections.abc import Sequence

from warehouse.runtime.errors import SettingInvalid


def configuration(targets: Sequence[str], listen: str, *, deadline_ms: int, scratch: str = "") -> str:
    """The file; each of `targets` is a service, an equals sign and the host and port of one of its processes. The
    services give a request up after `deadline_ms`; nginx writes to the folder `scratch`, or where it does by itself.

    Raises:
        SettingInvalid: a target is not written so, or there is no such service.
    """
    from deploy.edge.declaration import declare
    from deploy.edge.nginx import render

    edge = declare(deadline_ms)
    names = [service.name for service in edge.services]
    places: dict[str, list[str]] = {}
    for target in targets:
        service, _, place = target.partition("=")
        if service not in names or not place.rpartition(":")[2].isdigit():
            raise SettingInvalid(
                f"--target is {target!r}.", fix=f"It must be SERVICE=HOST:PORT; services are {', '.join(names)}."
            )
        places.setdefault(service, []).append(place)
    return render(edge, targets=places, listen=listen, scratch=scratch)
