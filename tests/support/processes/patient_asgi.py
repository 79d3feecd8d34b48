"""`serving.asgi:app` with the limits of tests (see `tests.support.patience`), for servers in processes of their own."""

from serving.asgi import app
from tests.support.patience import be_patient

__all__ = ["app"]

be_patient()
